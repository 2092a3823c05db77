import { luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { queryConfigValues } from '../ganeti/luxi-queries.ts';
import { setQueueDrained } from '../ganeti/queue.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { deleteAttributeOf, setNodeAttribute } from '../pacemaker/attributes.ts';
import type { ClusterState } from '../pacemaker/cluster-state.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { record } from '../sweep/ledger.ts';

/** On a node that has handed the role over while an administrator had the queue drained. */
const ATTRIBUTE = 'ganeti-queue-drained';

const TIMEOUT_MS = 5_000;

/** Tells the successor whose drain it is; only it can put it back, since Ganeti's failover lifts any. */
export async function tellDrain(
  context: ActionContext,
  administrators: boolean,
  { nodes }: ClusterState,
  me: string,
): Promise<void> {
  const { env } = context;
  const told = nodes.find(({ name }) => name === me)?.attributes[ATTRIBUTE] !== undefined;
  if (told === administrators) return;
  const done = administrators
    ? await setNodeAttribute(env, ATTRIBUTE, 'administrator', TIMEOUT_MS)
    : await deleteAttributeOf(env, me, ATTRIBUTE, TIMEOUT_MS);
  if (done.kind === 'failed') env.log('warning', done.message);
}

/**
 * Before a failover: the nodes that handed the role over with an administrator's drain. Pacemaker is asked only where
 * the flag is set here too: it is on every candidate, though it may be an old one.
 */
export async function administratorsDrain({ env, parameters }: ActionContext): Promise<readonly string[]> {
  if (env.files.stat(`${parameters.dataDir}/queue/drain`).kind !== 'file') return [];
  const answer = await queryClusterState(env, TIMEOUT_MS);
  if (answer.kind === 'unavailable') return [];
  return answer.state.nodes.filter(({ attributes }) => attributes[ATTRIBUTE]).map(({ name }) => name);
}

/** After it: the queue is drained again, and the word is forgotten. */
export async function drainAgain(context: ActionContext, told: readonly string[]): Promise<void> {
  if (told.length === 0) return;
  const { env, parameters } = context;
  const options = {
    socket: luxiSocket(parameters.runDir),
    connectTimeoutMs: TIMEOUT_MS,
    requestTimeoutMs: TIMEOUT_MS,
  };
  const done = await withLuxi(env, options, async (call) => {
    const { queueDrained } = await queryConfigValues(call);
    if (!queueDrained) await setQueueDrained(call, true);
  });
  const text = `an administrator had it drained on ${told.join(', ')} before the role moved`;
  if (done.kind === 'failed') {
    env.log('warning', `GNH356 the queue was not drained again: ${done.error.message}; ${text}`);
    return;
  }
  record(env, 'promote', [{ event: 'queue-drained', text }]);
  for (const node of told) {
    const deleted = await deleteAttributeOf(env, node, ATTRIBUTE, TIMEOUT_MS);
    if (deleted.kind === 'failed') env.log('warning', deleted.message);
  }
}
