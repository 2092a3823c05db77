import { readMasterNode } from '../ganeti/ssconf.ts';
import { whoseName } from '../master/names-us.ts';
import { runState } from '../master/run-state.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { ClusterState } from '../pacemaker/cluster-state.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { record } from '../sweep/ledger.ts';
import { awaitJobs, type JobsAwaited } from './await-jobs.ts';
import { drainQueue } from './drain.ts';
import { drainMark, markDrain } from './drain-mark.ts';
import { tellDrain } from './kept-drain.ts';
import { hasOtherCandidate } from './other-candidates.ts';
import { nodeOf } from './publish.ts';

const CRM_MON_TIMEOUT_MS = 5_000;
/** A part of a successor's time, see `endDrain`, that it can do without. */
const LONG_WAIT_MS = 20_000;

/**
 * Before the role is given up in a cluster that is well: no new job begins, and those that run may end. Nothing here
 * keeps the role: what cannot be done is told, and the release goes on.
 */
export async function emptyQueue(context: ActionContext, deadline: Deadline): Promise<void> {
  const { env } = context;
  if (!(await isOurs(context))) return;
  const cluster = await queryClusterState(env, Math.min(CRM_MON_TIMEOUT_MS, deadline.left()));
  // Without quorum, or without word of it, the master daemons are to stop at once.
  if (cluster.kind === 'unavailable' || !cluster.state.quorum) return;
  const drained = await drainQueue(context, isLeaving(context, cluster.state));
  await tellDrain(context, drained.kind === 'administrators', cluster.state, nodeOf(context));
  if (drained.kind === 'not-drained') {
    env.log('warning', `GNH356 the job queue was not drained for the hand-over: ${drained.message}`);
    return;
  }
  const before = env.clock.monotonic();
  const awaited = await awaitJobs(context, deadline);
  tell(context, awaited);
  const long = env.clock.monotonic() - before >= LONG_WAIT_MS;
  if (long && drained.kind === 'ours' && awaited.kind !== 'quorum-lost') await markRelease(context);
}

function tell({ env }: ActionContext, awaited: JobsAwaited): void {
  switch (awaited.kind) {
    case 'none-running':
    case 'quorum-lost':
      return;
    case 'unknown':
      env.log('warning', `GNH356 running jobs were not waited for: ${awaited.message}`);
      return;
    case 'still-running': {
      const jobs = awaited.jobs.map(({ id, summary }) => `${id} (${summary.join(', ')})`).join(', ');
      const text = `still running at the deadline of the hand-over: ${jobs}; they fail when they next need the daemons of this node`;
      env.log('warning', `GNH355 ${text}`);
      record(env, 'demote', [{ event: 'trouble', code: 'GNH355', text }]);
      return;
    }
    default:
      awaited satisfies never;
  }
}

/** The wait was long: a successor has its time from now on, or may have gone. */
async function markRelease(context: ActionContext): Promise<void> {
  const { env } = context;
  const mark = drainMark(env);
  if (mark === undefined) return;
  const now = mark.leaving ? await queryClusterState(env, CRM_MON_TIMEOUT_MS) : undefined;
  const leaving = now?.kind === 'ok' ? isLeaving(context, now.state) : mark.leaving;
  const marked = markDrain(env, { why: 'hand-over', leaving });
  if (marked.kind === 'failed') env.log('warning', `GNH357 the mark is an old one: ${marked.message}`);
}

async function isOurs(context: ActionContext): Promise<boolean> {
  const { env, parameters } = context;
  if (runState(env) !== 'started') return false;
  const master = readMasterNode(env.files, parameters.dataDir);
  return master.kind === 'ok' && (await whoseName(context, master.name)) === 'ours';
}

/** The instance here will be stopped too, and Pacemaker will promote another. */
function isLeaving(context: ActionContext, state: ClusterState): boolean {
  const here = state.nodes.find(({ name }) => name === nodeOf(context));
  const leaving = here !== undefined && (here.standby || here.shutdown);
  return leaving && hasOtherCandidate(context, state);
}
