import type { Env } from '../env/env.ts';
import { setNodeAttribute } from '../pacemaker/attributes.ts';
import type { ClusterAnswer } from '../pacemaker/cluster-state.ts';

/** The node attribute that a location rule keeps the master role off non-candidates with. */
export const CANDIDATE_ATTRIBUTE = 'ganeti-master-candidate';

const TIMEOUT_MS = 5_000;

/**
 * Publishes whether this node may hold the master role, where Pacemaker does not know it yet. The attribute is
 * transient: Pacemaker forgets it when the node leaves, which is why each start and each look compares it.
 */
export async function publishCandidacy(
  env: Env,
  candidate: boolean,
  pacemakerName: string | undefined,
  answer: ClusterAnswer | undefined,
): Promise<void> {
  const wanted = candidate ? 'true' : 'false';
  const own =
    answer?.kind === 'ok' ? answer.state.nodes.find(({ name }) => name === pacemakerName) : undefined;
  if (own?.attributes[CANDIDATE_ATTRIBUTE] === wanted) return;
  const set = await setNodeAttribute(env, CANDIDATE_ATTRIBUTE, wanted, TIMEOUT_MS);
  if (set.kind === 'failed')
    env.log('warning', `node attribute ${CANDIDATE_ATTRIBUTE}=${wanted} not set: ${set.message}`);
}
