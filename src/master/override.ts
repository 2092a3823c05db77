import type { Ssconf } from '../ganeti/ssconf.ts';
import { voteCanBeWon } from '../ganeti/votes.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { agentLook } from '../sweep/agent-look.ts';
import type { ClusterView } from '../sweep/view.ts';
import { hasQuorum, livingNodes } from './cluster-view.ts';

/** Whether Ganeti's vote has to be overridden (`--no-voting --yes-do-it`), and whether it may be. */
export type Override =
  | { readonly kind: 'not-needed' }
  | { readonly kind: 'needed'; readonly because: string }
  | { readonly kind: 'refused'; readonly text: string };

/**
 * Ganeti's daemons vote at every start, and offline nodes stay in the denominator: with half of all nodes dead
 * they cannot start on their own (Daemon/Utils.hs:57). The vote may be overridden only with Pacemaker's quorum and
 * with every node that could have outvoted us proven dead, the old master by fencing: nobody can be master beside us.
 */
export async function overrideAllowed(context: ActionContext, ssconf: Ssconf, me: string): Promise<Override> {
  return judgeOverride(await agentLook(context, ssconf), ssconf, me);
}

/** The pure part of `overrideAllowed`. */
export function judgeOverride(view: ClusterView, ssconf: Ssconf, me: string): Override {
  const living = new Set([me, ...livingNodes(view)]);
  if (voteCanBeWon(ssconf.nodeList.length, living.size)) return { kind: 'not-needed' };
  const counted = `${living.size} of ${ssconf.nodeList.length} nodes are alive, too few for Ganeti's vote`;
  if (!hasQuorum(view)) {
    return {
      kind: 'refused',
      text: `${counted}, and Pacemaker has no quorum; the vote was not overridden. Bring nodes back.`,
    };
  }
  // A node that Ganeti has offline cannot be master, and may be long gone from Pacemaker, where none can fence it.
  const unproven = view.verdicts.filter(({ node, verdict }) => {
    if (node === me || verdict === 'fenced') return false;
    if (node === ssconf.masterNode) return true;
    return verdict !== 'alive' && verdict !== 'left' && !ssconf.offlineNodes.includes(node);
  });
  if (unproven.length > 0) {
    const names = unproven.map(({ node, verdict }) => `${node} (${verdict})`).join(', ');
    return {
      kind: 'refused',
      text: `${names} not proven dead, so the vote is not overridden: ${counted}. Bring back, or run: stonith_admin --fence NODE`,
    };
  }
  return { kind: 'needed', because: counted };
}
