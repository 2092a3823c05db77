import type { Env } from '../env/env.ts';
import { runningDaemon } from '../ganeti/daemon-process.ts';
import { askLuxid } from '../ganeti/luxid.ts';
import { newcomersAgainstMe, silentAgainstMe, votesForMe } from '../ganeti/own-votes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Votes } from '../ganeti/votes.ts';
import type { Parameters } from '../ocf/parameters.ts';
import type { Simulations } from '../ocf/simulation.ts';

/** What becomes of this node's claim to be master, which its ssconf makes. */
export type Claim =
  | { readonly kind: 'confirmed'; readonly by: string }
  | {
      readonly kind: 'contradicted';
      readonly by: readonly string[];
      readonly master: string;
      /** A luxid that works here has won Ganeti's own vote: then two masters work side by side. */
      readonly luxidWorks: boolean;
      /** Nobody but the other claimant itself speaks against this node. */
      readonly lone: boolean;
      /** They have newer configuration than this node. */
      readonly older: boolean;
    }
  /** Nobody could be asked, or the votes are even. */
  | { readonly kind: 'doubtful'; readonly message: string };

export interface Claimant {
  readonly env: Env;
  readonly parameters: Parameters;
  readonly simulations: Simulations;
}

const LUXID_TIMEOUT_MS = 2_000;
const NODED_TIMEOUT_MS = 1_000;

/**
 * Tests the claim. ssconf alone is no proof: after a failover in its absence an old master's copy names itself
 * (ganeti issue 1018), and believing it took a whole cluster down. The other candidates decide, over ConfD; where
 * they do not, a luxid that runs here has won Ganeti's own vote. Where none runs the nodes that are no candidates by
 * this ssconf are heard, too: of two old candidates that return together each confirms the other. `thorough`: before the
 * role is confirmed by luxid alone noded is asked where ConfD is silent, which takes a second where a node is dead; whom
 * the others name is believed to be master where it says so itself.
 */
export async function testClaim(
  claimant: Claimant,
  ssconf: Ssconf,
  me: string,
  thorough = false,
): Promise<Claim> {
  const { env, parameters, simulations } = claimant;
  const unreachable = simulations.active('votes-unreachable');
  if (unreachable !== undefined) return { kind: 'doubtful', message: unreachable };
  const votes = await votesForMe(env, parameters.dataDir, ssconf, me);
  // A luxid that runs has won Ganeti's vote, or is at it.
  if (
    votes.kind !== 'contradicted' &&
    runningDaemon(env, parameters.runDir, 'ganeti-luxid').kind !== 'running'
  ) {
    const newcomers = await newcomersAgainstMe(env, parameters.dataDir, ssconf, me);
    if (newcomers !== undefined)
      return { kind: 'contradicted', ...newcomers, luxidWorks: false, lone: false, older: true };
  }
  if (votes.kind === 'confirmed') {
    return { kind: 'confirmed', by: `the votes of ${votes.confirming.join(', ')}` };
  }
  if (ssconf.masterCandidates.length <= 1) return { kind: 'confirmed', by: 'being the only candidate' };
  const luxid = await askLuxid(env, parameters.runDir, LUXID_TIMEOUT_MS);
  const luxidWorks = luxid.kind === 'answers' && luxid.masterNode === me;
  if (votes.kind === 'contradicted') {
    // Where most of all nodes have heard of it, the role was moved there while nothing reached this node.
    const lone = isLoneClaimant(votes) && (await masterByMost(claimant, ssconf, me)) !== votes.master;
    if (luxidWorks && lone && votes.confirming.length > 0) return { kind: 'confirmed', by: 'luxid' };
    const older = votes.why === 'newer-configuration';
    return { kind: 'contradicted', by: votes.contradicting, master: votes.master, luxidWorks, lone, older };
  }
  if (luxidWorks) {
    // It won that vote when it started; since then the role may have moved.
    const [candidates, most] = thorough
      ? await Promise.all([
          silentAgainstMe(env, parameters.dataDir, ssconf, votes),
          masterByMost(claimant, ssconf, me, NODED_TIMEOUT_MS),
        ])
      : [];
    const byMost = most === undefined ? undefined : { by: ['the vote of most nodes'], master: most };
    const against = most === me ? undefined : (candidates ?? byMost);
    // Heard over ConfD, it has no newer configuration, or the votes had decided.
    if (
      against === undefined ||
      votes.contradicting.includes(against.master) ||
      !(await isMasterThere(claimant, ssconf, against.master))
    )
      return { kind: 'confirmed', by: 'luxid' };
    return { kind: 'contradicted', ...against, luxidWorks, lone: false, older: false };
  }
  const silent =
    votes.silent.length === 0 ? 'the votes are even' : `no answer from ${votes.silent.join(', ')}`;
  const here = luxid.kind === 'answers' ? `luxid here names ${luxid.masterNode}` : 'no luxid answers here';
  return { kind: 'doubtful', message: `${silent}, and ${here}` };
}

/**
 * An old master that was cut off returns with a newer serial, from writes that reached nobody, and with that
 * contradicts the good one. Against a luxid that works here and a vote for this node, one that only names itself is
 * not believed.
 */
function isLoneClaimant({ contradicting, master }: Extract<Votes, { kind: 'contradicted' }>): boolean {
  return contradicting.length === 1 && contradicting[0] === master;
}

/** Nodes that were away name the master of before, as those that booted behind a master without a vote do. */
async function isMasterThere({ env, parameters }: Claimant, ssconf: Ssconf, node: string): Promise<boolean> {
  const { masterByNoded } = await import('../ganeti/node-votes.ts');
  return (await masterByNoded(env, parameters.dataDir, ssconf, node, NODED_TIMEOUT_MS)) === node;
}

/** Whom most of all nodes name; it may be this one. Without `timeoutMs` a node that hangs costs 4 s. */
async function masterByMost(
  { env, parameters }: Claimant,
  ssconf: Ssconf,
  me: string,
  timeoutMs?: number,
): Promise<string | undefined> {
  const { masterOfMost } = await import('../ganeti/node-votes.ts');
  return await masterOfMost(env, parameters.dataDir, ssconf, me, timeoutMs);
}
