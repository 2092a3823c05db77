import { HAND_OVER_BEGUN, QUEUE_DRAINED } from '../env/paths.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import { monitor as monitorRole } from '../master/monitor.ts';
import { whoseName } from '../master/names-us.ts';
import { runState } from '../master/run-state.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { ExitCode } from '../ocf/exit-codes.ts';
import type { ActionResult } from '../ocf/result.ts';
import { isActive, markActive } from './active.ts';
import type { Lifted } from './drain.ts';
import { publishCandidacy, publishPromoted } from './publish.ts';

/**
 * Says whether this node is promoted, that is holds the master role, by the same look as the primitive's monitor;
 * whether it is unpromoted, by our own record; or neither. Pacemaker does not tell which it believes. A recurring
 * monitor also keeps the promotion score, and ends a drain of the queue that nobody else has ended.
 */
export async function monitor(context: ActionContext): Promise<ActionResult> {
  const { env, call, parameters, simulations } = context;
  const recurring = !call.probe;
  const state = runState(env);
  const master = readMasterNode(env.files, parameters.dataDir);
  const whose = master.kind === 'ok' ? await whoseName(context, master.name) : 'unknown';
  const simulated = simulations.active('monitor-fails') !== undefined;
  if (recurring && !simulated && isActive(env) && whose !== 'unknown' && state !== 'started') {
    const plain = whose === 'another' || state === 'released';
    if (plain) return await unpromoted(context, whose === 'another');
  }
  if (recurring && !simulated && state === 'started' && whose === 'another') {
    const { followHand } = await import('./follow-hand.ts');
    return await followHand(context);
  }
  // Before the look, which takes a role that is found for one that was started.
  const promoted = recurring && state === 'started' && whose === 'ours';
  return await asPromotable(context, await monitorRole(context), promoted);
}

async function unpromoted(context: ActionContext, elsewhere: boolean): Promise<ActionResult> {
  if (hasDrainMark(context)) {
    const { endDrain } = await import('./end-drain.ts');
    await endDrain(context, elsewhere);
  }
  if (context.env.files.stat(HAND_OVER_BEGUN).kind === 'file') {
    const { endHandOver } = await import('./failed-hand-over.ts');
    await endHandOver(context);
  }
  await publishCandidacy(context);
  return { code: ExitCode.success };
}

/** The primitive's answer in the words of a promotable resource. `promoted`: that the role is here is beyond doubt. */
async function asPromotable(
  context: ActionContext,
  result: ActionResult,
  promoted: boolean,
): Promise<ActionResult> {
  const { env, call } = context;
  switch (result.code) {
    case ExitCode.success:
    case ExitCode.degraded: {
      if (!isActive(env)) markActive(env);
      // Also after a probe: Pacemaker demotes what it finds promoted without a score.
      await publishPromoted(context);
      return await withoutDrain(context, result);
    }
    case ExitCode.generic:
      return promoted ? { ...result, code: ExitCode.failedPromoted } : result;
    case ExitCode.notRunning:
      if (!isActive(env)) return result;
      if (!call.probe) await publishCandidacy(context);
      return { ...result, code: ExitCode.success };
    default:
      return result;
  }
}

/** A drain of ours ends whatever else is found: in full mode it is itself what is found. */
async function withoutDrain(context: ActionContext, found: ActionResult): Promise<ActionResult> {
  const lifted = await endOwnDrain(context);
  const { reason } = found;
  if (found.code === ExitCode.degraded && reason !== undefined) {
    const isOver = lifted?.kind === 'lifted' && reason.code === 'GNH115';
    return isOver ? { code: ExitCode.runningPromoted } : { code: ExitCode.degradedPromoted, reason };
  }
  if (lifted?.kind !== 'failed') return { ...found, code: ExitCode.runningPromoted };
  return {
    code: ExitCode.degradedPromoted,
    reason: {
      code: 'GNH357',
      text: `The queue that a hand-over drained cannot be undrained (${lifted.message}); no job is accepted. Run: gnt-cluster queue undrain`,
    },
  };
}

async function endOwnDrain(context: ActionContext): Promise<Lifted | undefined> {
  if (context.call.probe || !hasDrainMark(context)) return undefined;
  const { liftDrain } = await import('./drain.ts');
  return await liftDrain(context);
}

function hasDrainMark({ env }: ActionContext): boolean {
  return env.files.stat(QUEUE_DRAINED).kind === 'file';
}
