import type { ActionContext } from '../ocf/dispatch.ts';
import type { ClusterState } from '../pacemaker/cluster-state.ts';
import { nodeOf, resourceOf } from './publish.ts';

/**
 * Whether Pacemaker has another node to promote: one with a score that it may use. Where all leave at the same moment
 * the scores are still there, but nobody will be promoted.
 */
export function hasOtherCandidate(context: ActionContext, { nodes }: ClusterState): boolean {
  const score = `master-${resourceOf(context)}`;
  return nodes.some(
    ({ name, online, standby, shutdown, maintenance, attributes }) =>
      name !== nodeOf(context) &&
      online &&
      !(standby || shutdown || maintenance) &&
      Number(attributes[score]) > 0,
  );
}
