import { readMasterNode } from '../ganeti/ssconf.ts';
import { whoseName } from '../master/names-us.ts';
import { runState } from '../master/run-state.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { ClusterState } from '../pacemaker/cluster-state.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { record } from '../sweep/ledger.ts';
import { awaitJobs } from './await-jobs.ts';
import { drainQueue } from './drain.ts';
import { tellDrain } from './kept-drain.ts';
import { nodeOf, resourceOf } from './publish.ts';

const CRM_MON_TIMEOUT_MS = 5_000;

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
  const awaited = await awaitJobs(context, deadline);
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

async function isOurs(context: ActionContext): Promise<boolean> {
  const { env, parameters } = context;
  if (runState(env) !== 'started') return false;
  const master = readMasterNode(env.files, parameters.dataDir);
  return master.kind === 'ok' && (await whoseName(context, master.name)) === 'ours';
}

/** The instance here will be stopped too, and another node has a score, so Pacemaker will promote that one. */
function isLeaving(context: ActionContext, { nodes }: ClusterState): boolean {
  const score = `master-${resourceOf(context)}`;
  const here = nodes.find(({ name }) => name === nodeOf(context));
  const leaving = here !== undefined && (here.standby || here.shutdown);
  return leaving && nodes.some((node) => node !== here && node.online && Number(node.attributes[score]) > 0);
}
