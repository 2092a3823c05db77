import { MASTER_RELEASED } from '../env/paths.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { forgetQuiet } from '../sweep/quiet.ts';
import { isStarted, markStopped } from './run-state.ts';

/**
 * Gives the node role up: Ganeti's daemons and instances go on. Succeeds in every state of the machine, since a
 * failed stop gets the node fenced.
 */
export async function stop(context: ActionContext): Promise<ActionResult> {
  const { env, simulations } = context;
  const simulated = simulations.active('stop-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  if (env.files.stat(MASTER_RELEASED).kind === 'file') {
    const { stopReleased } = await import('./released-master.ts');
    await stopReleased(context);
  }
  if (!isStarted(env)) return SUCCESS;
  forgetQuiet(env);
  const removed = markStopped(env);
  if (removed.kind === 'failed')
    env.log('warning', `GNH116 stopped, but the run state stays: ${removed.message}`);
  return SUCCESS;
}
