import type { Env } from '../env/env.ts';
import { askConfigurations } from './confd.ts';
import { readOwnConfiguration } from './own-configuration.ts';
import type { Ssconf } from './ssconf.ts';
import { countVotes, newerConfigurations, type Vote, type Votes } from './votes.ts';

/** What the other candidates say, with this node's own serial. */
export interface Poll {
  readonly votes: readonly Vote[];
  readonly mySerial: number | undefined;
}

/** Asks the other candidates for their configuration over ConfD, all at once. A silent one costs `timeoutMs`. */
export async function pollCandidates(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
  timeoutMs = 1_000,
): Promise<Poll> {
  const others = ssconf.masterCandidates.flatMap((node) => {
    const address = ssconf.primaryIps.get(node);
    return node === me || address === undefined ? [] : [{ node, address }];
  });
  const own = readOwnConfiguration(env, dataDir);
  const answers = await askConfigurations(
    env,
    dataDir,
    others.map(({ address }) => address),
    timeoutMs,
  );
  const votes = others.map(({ node, address }): Vote => {
    const says = answers.find((answer) => answer.address === address)?.says;
    return { voter: node, says: says ?? { kind: 'silent', reason: 'not asked' } };
  });
  return { votes, mySerial: own.kind === 'known' ? own.serial : undefined };
}

/** Whether the others confirm what this node's ssconf claims of itself. */
export async function votesForMe(env: Env, dataDir: string, ssconf: Ssconf, me: string): Promise<Votes> {
  const { votes, mySerial } = await pollCandidates(env, dataDir, ssconf, me);
  return countVotes({ me, claimedMaster: ssconf.masterNode, mySerial, votes });
}

/** Most of them are no candidates indeed, and do not answer. */
const NEWCOMERS_TIMEOUT_MS = 400;

/**
 * Nodes that are no candidates by this node's ssconf, and may have become so in changes that it has missed. Not one that
 * was taken out of service: it may have written as master what reached nobody.
 */
export function possibleNewcomers({ nodeList, masterCandidates, offlineNodes }: Ssconf): readonly string[] {
  return nodeList.filter((node) => !masterCandidates.includes(node) && !offlineNodes.includes(node));
}

/** Nodes that were not heard in the vote, and that name another master. */
export interface Objectors {
  readonly by: readonly string[];
  readonly master: string;
}

/**
 * Asks the possible newcomers: where all candidates this node knows are as old as itself, only those tell that the role
 * has moved. Undefined where none has a newer configuration that names another master. One that was out of service, and
 * is back as a regular node, is not heard either: Ganeti leaves its old configuration on its disk, but sends it the names
 * that noded tells.
 */
export async function newcomersAgainstMe(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
): Promise<Objectors | undefined> {
  const unknown = possibleNewcomers(ssconf);
  if (unknown.length === 0) return undefined;
  const asked = { ...ssconf, masterCandidates: unknown };
  const { votes, mySerial } = await pollCandidates(env, dataDir, asked, me, NEWCOMERS_TIMEOUT_MS);
  if (mySerial === undefined) return undefined;
  const newer = newerConfigurations(mySerial, me, votes).filter(({ master }) => master !== me);
  const { masterByNoded } = await import('./node-votes.ts');
  const named = await Promise.all(
    newer.map(({ voter }) => masterByNoded(env, dataDir, ssconf, voter, NODED_TIMEOUT_MS)),
  );
  const against = newer.filter((_, index) => named[index] !== me);
  const [newest] = against.toSorted((one, other) => other.serial - one.serial);
  return newest === undefined ? undefined : { by: against.map(({ voter }) => voter), master: newest.master };
}

/** Whoever is dead does not answer at all. */
const NODED_TIMEOUT_MS = 1_000;

/**
 * Asks noded of the candidates whose ConfD is silent: it answers also where a clock is so wrong (300 s, Ganeti's
 * CONFD_MAX_CLOCK_SKEW) that ConfD refuses. Undefined unless more candidates name another master than name this one,
 * itself counted. Without their serials that is all that can be said.
 */
export async function silentAgainstMe(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  { silent, confirming, contradicting }: Extract<Votes, { kind: 'undecided' }>,
): Promise<Objectors | undefined> {
  const { masterNode } = ssconf;
  const { masterByNoded } = await import('./node-votes.ts');
  const said = await Promise.all(
    silent.map(async (node) => ({
      node,
      master: await masterByNoded(env, dataDir, ssconf, node, NODED_TIMEOUT_MS),
    })),
  );
  const against = said.filter(({ master }) => master !== undefined && master !== masterNode);
  const agreeing = said.filter(({ master }) => master === masterNode).length + confirming.length + 1;
  const [first] = against;
  if (first?.master === undefined || against.length + contradicting.length <= agreeing) return undefined;
  return { by: against.map(({ node }) => node), master: first.master };
}
