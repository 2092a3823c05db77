import type { Env } from '../env/env.ts';
import { masterWordOf } from '../ganeti/node-votes.ts';
import type { MasterWord } from '../ganeti/noded-rpc.ts';
import { pollCandidates } from '../ganeti/own-votes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { newestBeside, type Vote, voteCanBeWon } from '../ganeti/votes.ts';

const TIMEOUT_MS = 1_000;
const BRING_NEWEST = 'Bring the newest master back.';
const NOT_ASKED: Vote['says'] = { kind: 'silent', reason: 'not asked' };

/** Nodes whose voices do not count, and that may be at work all the same. */
export interface Unheard {
  /** Members that are offline by this node's ssconf, which may be old: taken back meanwhile, one may be the master. */
  readonly mute: readonly string[];
  /** No members, and not proven dead: where Pacemaker was stopped in order Ganeti's daemons go on, the master's too. */
  readonly absent: readonly string[];
  /** All members. */
  readonly living: ReadonlySet<string>;
}

/** What one of them said. */
export interface Word {
  readonly voter: string;
  readonly says: Vote['says'];
  /** Whom its noded names. */
  readonly noded: MasterWord;
}

/** Why the vote must not be overridden: who says what, and what to do about it. */
export interface Objection {
  readonly code: 'GNH103' | 'GNH105';
  readonly what: string;
  /** A sentence. */
  readonly remedy: string;
}

/** Asks them all at once; a silent one costs a second. What comes of it: see objectionOf. */
export async function objectionToOverride(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
  unheard: Unheard,
): Promise<Objection | undefined> {
  const masterCandidates = [...unheard.mute, ...unheard.absent];
  if (masterCandidates.length === 0) return undefined;
  const [{ votes, mySerial }, ...words] = await Promise.all([
    pollCandidates(env, dataDir, { ...ssconf, masterCandidates }, me, TIMEOUT_MS),
    ...masterCandidates.map(async (voter) => {
      return { voter, noded: await masterWordOf(env, dataDir, ssconf, voter, TIMEOUT_MS) };
    }),
  ]);
  const says = new Map(votes.map((vote) => [vote.voter, vote.says]));
  const heard = words.map((word) => ({ ...word, says: says.get(word.voter) ?? NOT_ASKED }));
  return objectionOf(heard, unheard, ssconf, me, mySerial);
}

/**
 * Why the vote must not be overridden for the sake of nodes that are not heard in it. Each of the mute has to show that
 * it is not the master: by an older configuration, or, where it has none or its ConfD is silent, by noded, which names
 * this node or one that does not live. Nor may those that Ganeti has offline, and so tells nothing, name a dead master so
 * often that it would win Ganeti's vote at its next boot. The absent need not answer, as most of them are switched off;
 * one that does must not be the master either. Undefined where nothing speaks against it. Pure.
 */
export function objectionOf(
  words: readonly Word[],
  { mute, absent, living }: Unheard,
  { nodeList, offlineNodes }: Pick<Ssconf, 'nodeList' | 'offlineNodes'>,
  me: string,
  mySerial: number | undefined,
): Objection | undefined {
  const inService = absent.filter((node) => !offlineNodes.includes(node));
  const newest = newestBeside(mySerial, me, words);
  if (newest !== undefined) {
    const { voter, serial } = newest;
    const what = `${voter} has a newer configuration (serial ${serial}, here ${mySerial ?? 'unreadable'})`;
    // One that is out of service may have written as master what reached nobody.
    const remedy = inService.includes(voter) ? `Let ${voter} take the role.` : BRING_NEWEST;
    return { code: 'GNH103', what, remedy };
  }
  for (const word of words) {
    const isMute = mute.includes(word.voter);
    const what = isMute ? objectionOfMute(word, me, living) : objectionOfAbsent(word, inService);
    const remedy = inService.includes(word.voter) ? `Start Pacemaker on ${word.voter}.` : BRING_NEWEST;
    if (what !== undefined) return { code: 'GNH105', what, remedy };
  }
  const untold = words.filter(({ voter }) => !inService.includes(voter));
  const what = couldWin(untold, nodeList.length, me);
  return what === undefined ? undefined : { code: 'GNH105', what, remedy: BRING_NEWEST };
}

function objectionOfMute(
  { voter, says, noded }: Word,
  me: string,
  living: ReadonlySet<string>,
): string | undefined {
  if (says.kind === 'answered') return undefined;
  if (noded.kind !== 'names') return `${voter} does not tell whom it takes for the master`;
  const { master } = noded;
  const works = master === voter || living.has(master);
  return master !== me && works
    ? `${voter} names ${master} as master, and does not tell its serial`
    : undefined;
}

/**
 * It may have the role with an older configuration, too: this node may have written, when it was cut off, what reached
 * nobody. Who was taken out of service is as old as its files, and its refusal says nothing.
 */
function objectionOfAbsent(word: Word, inService: readonly string[]): string | undefined {
  const { voter, says, noded } = word;
  const isInService = inService.includes(voter);
  const hasAnswered = says.kind === 'answered';
  if (hasAnswered && !isInService) return undefined;
  const master = namedIn(word);
  if (master === voter) return `${voter} is no member, and names itself as master`;
  if (master !== undefined && inService.includes(master))
    return `${voter} is no member, and names ${master} as master`;
  return noded.kind === 'refuses' && isInService && !hasAnswered
    ? `${voter} is no member, lives, and does not take this node for a candidate`
    : undefined;
}

function namedIn({ says, noded }: Word): string | undefined {
  if (noded.kind === 'names') return noded.master;
  return says.kind === 'answered' ? says.master : undefined;
}

/** A node that is dead, and would have more than half of all voices once it is back: its own, and those of the untold. */
function couldWin(words: readonly Word[], all: number, me: string): string | undefined {
  for (const other of new Set(words.map(namedIn))) {
    if (other === undefined || other === me) continue;
    const voters = words
      .filter((word) => namedIn(word) === other && word.voter !== other)
      .map(({ voter }) => voter);
    if (voteCanBeWon(all, voters.length + 1))
      return `${other} would win Ganeti's vote when it boots, by the word of ${voters.join(', ')}`;
  }
  return undefined;
}
