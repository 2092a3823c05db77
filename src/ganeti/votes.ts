import type { CandidateSays } from './confd.ts';

/** What one other candidate said. */
export interface Vote {
  /** Its node name. */
  readonly voter: string;
  readonly says: CandidateSays;
}

/** What this node believes, against which the others are heard. */
export interface Claim {
  readonly me: string;
  /** The content of this node's ssconf_master_node. */
  readonly claimedMaster: string;
  /** The serial of this node's own configuration; undefined where it has none or could not read it. */
  readonly mySerial: number | undefined;
  /** An own vote among them is not counted. */
  readonly votes: readonly Vote[];
}

export type Votes =
  | {
      readonly kind: 'confirmed';
      readonly confirming: readonly string[];
      readonly contradicting: readonly string[];
    }
  | {
      readonly kind: 'contradicted';
      readonly why: 'majority' | 'newer-configuration';
      readonly confirming: readonly string[];
      /** Those on whom the verdict rests. */
      readonly contradicting: readonly string[];
      /** Whom the newest of the contradicting configurations names, and its serial. */
      readonly master: string;
      readonly serial: number;
    }
  | {
      readonly kind: 'undecided';
      readonly confirming: readonly string[];
      readonly contradicting: readonly string[];
      readonly silent: readonly string[];
    };

interface Heard {
  readonly voter: string;
  readonly master: string;
  readonly serial: number;
}

/**
 * Whether the other candidates agree with this node's ssconf about who is master.
 * Ssconf of a node that was down is stale until the next configuration change, and a returning old master
 * that believed it took a whole cluster down in the lab; therefore the others are asked.
 * One candidate with newer configuration outweighs any number with older: configuration is pushed to all
 * candidates, so whoever has more of it heard from the master later. Otherwise numbers decide, and this node's
 * own belief counts as one: without it a good master would be voted out by the stale old one that returns,
 * being the only other candidate in a cluster of two. A tie, silence, and a majority that has nothing but older
 * configuration than this node decide nothing.
 */
export function countVotes(claim: Claim): Votes {
  const others = claim.votes.filter(({ voter }) => voter !== claim.me);
  const heard = others.flatMap(({ voter, says }) =>
    says.kind === 'answered' ? [{ voter, master: says.master, serial: says.serial }] : [],
  );
  const agreeing = heard.filter(({ master }) => master === claim.claimedMaster);
  const objecting = heard.filter(({ master }) => master !== claim.claimedMaster);
  const confirming = names(agreeing);
  const contradicting = names(objecting);
  // A node that cannot read its own configuration has no vote.
  const believing = agreeing.length + (claim.mySerial === undefined ? 0 : 1);
  const newestBelief = Math.max(claim.mySerial ?? -1, ...agreeing.map(({ serial }) => serial));

  const newest = newestOf(objecting);
  const newer = objecting.filter(({ serial }) => serial > newestBelief);
  if (newest !== undefined && newer.length > 0 && believing > 0) {
    const { master, serial } = newest;
    return {
      kind: 'contradicted',
      why: 'newer-configuration',
      confirming,
      contradicting: names(newer),
      master,
      serial,
    };
  }
  // All older than mine: they have not heard yet of a failover to this node. A word on this moment, not a verdict.
  const lagging = newest !== undefined && claim.mySerial !== undefined && newest.serial < claim.mySerial;
  if (newest !== undefined && objecting.length > believing && !lagging) {
    const { master, serial } = newest;
    return { kind: 'contradicted', why: 'majority', confirming, contradicting, master, serial };
  }
  if (agreeing.length > 0 && believing > objecting.length)
    return { kind: 'confirmed', confirming, contradicting };
  const silent = others.filter(({ says }) => says.kind !== 'answered').map(({ voter }) => voter);
  return { kind: 'undecided', confirming, contradicting, silent };
}

/** The candidates whose configuration is newer than this node's; winning the role against them loses changes. */
export function newerConfigurations(mySerial: number, me: string, votes: readonly Vote[]): readonly Heard[] {
  return votes.flatMap(({ voter, says }) =>
    voter !== me && says.kind === 'answered' && says.serial > mySerial
      ? [{ voter, master: says.master, serial: says.serial }]
      : [],
  );
}

/** The newest of them; whoever cannot read its own has none that is as new. */
export function newestBeside(
  mySerial: number | undefined,
  me: string,
  votes: readonly Vote[],
): Heard | undefined {
  return newestOf(newerConfigurations(mySerial ?? Number.NEGATIVE_INFINITY, me, votes));
}

/**
 * Whether the living nodes are enough for Ganeti's own vote, which wconfd and luxid hold whenever they start
 * and master-failover before it begins: more than half of *all* nodes must name the new master, nodes marked
 * offline included in the count (Ganeti 3.0.2 src/Ganeti/Daemon/Utils.hs:57-117; in the lab one living
 * node of three fails with the other two marked offline). Where false, `--no-voting` is the only way.
 */
export function voteCanBeWon(allNodes: number, livingNodes: number): boolean {
  return 2 * livingNodes > allNodes;
}

function newestOf(heard: readonly Heard[]): Heard | undefined {
  return heard.toSorted((one, other) => other.serial - one.serial)[0];
}

function names(heard: readonly Heard[]): readonly string[] {
  return heard.map(({ voter }) => voter);
}
