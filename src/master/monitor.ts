import { readClusterTags } from '../ganeti/cluster-tags.ts';
import { skipsVote } from '../ganeti/no-voting-marker.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import { deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { modeOf } from '../ocf/settings.ts';
import { whoseName } from './names-us.ts';
import { runState } from './run-state.ts';

/** What full mode needs after it, and our own end: a luxid that hangs takes 5 s. */
const FULL_CHECK_MS = 7_000;

/**
 * Says whether this node holds the master role. A recurring monitor of a role that this agent took in this boot
 * trusts its own record and ssconf; a probe, or anything unusual, asks the others. Doubt is an error, never 7 or 0.
 */
export async function monitor(context: ActionContext): Promise<ActionResult> {
  const { env, call, parameters, simulations } = context;
  const simulated = simulations.active('monitor-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  const state = runState(env);
  const master = readMasterNode(env.files, parameters.dataDir);
  const ours =
    !call.probe &&
    state === 'started' &&
    master.kind === 'ok' &&
    (await whoseName(context, master.name)) === 'ours';
  if (!ours) {
    const { examine } = await import('./examine.ts');
    const { boundedEnv } = await import('../ocf/bounded-env.ts');
    // Many questions, each with a time limit of its own: doubt that is told in time keeps its reason.
    const deadline = deadlineIn(env.clock, call.timeoutMs, FULL_CHECK_MS);
    const found = await examine({ ...context, env: boundedEnv(env, deadline) }, state);
    if (found.kind === 'answer') return found.result;
  }
  if (skipsVote(env)) await (await import('./watch-override.ts')).watchOverride(context);
  const mode = modeOf(
    parameters,
    call.checkLevel,
    () => settingsFromTags(readClusterTags(env.files, parameters.dataDir), 1).masterMode,
  );
  if (mode === 'partial') return SUCCESS;
  const { fullCheck } = await import('./full-check.ts');
  return await fullCheck(context);
}
