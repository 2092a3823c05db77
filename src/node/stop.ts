import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { forgetQuiet } from '../sweep/quiet.ts';
import { isStarted, markStopped } from './run-state.ts';

/** Without one of the two there is no master here; a stop is to be quick everywhere else. */
const MASTERS = ['ganeti-luxid', 'ganeti-wconfd'];

/**
 * Gives the node role up: Ganeti's daemons and instances go on. Succeeds in every state of the machine, since a
 * failed stop gets the node fenced.
 */
export async function stop(context: ActionContext): Promise<ActionResult> {
  const { env, parameters, simulations } = context;
  const simulated = simulations.active('stop-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  if (MASTERS.some((daemon) => env.files.stat(`${parameters.runDir}/${daemon}.pid`).kind === 'file')) {
    const { stopCutOff } = await import('./cut-off-master.ts');
    await stopCutOff(context);
  }
  if (!isStarted(env)) return SUCCESS;
  forgetQuiet(env);
  const removed = markStopped(env);
  if (removed.kind === 'failed')
    env.log('warning', `GNH116 stopped, but the run state stays: ${removed.message}`);
  return SUCCESS;
}
