import type { Env } from '../env/env.ts';
import { masterByNoded } from '../ganeti/node-votes.ts';
import { pollCandidates } from '../ganeti/own-votes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { type Vote, voteCanBeWon } from '../ganeti/votes.ts';

const TIMEOUT_MS = 1_000;

/** Nodes whose voices do not count, and that may be at work all the same. */
export interface Unheard {
  /** Members that are offline by this node's ssconf, which may be old: taken back meanwhile, one may be the master. */
  readonly mute: readonly string[];
  /** No members, and not proven dead: where Pacemaker was stopped in order Ganeti's daemons go on, the master's too. */
  readonly absent: readonly string[];
  /** All members. */
  readonly living: ReadonlySet<string>;
}

interface Word {
  readonly voter: string;
  readonly says: Vote['says'];
  /** Whom its noded names. */
  readonly named: string | undefined;
}

/**
 * Why the vote must not be overridden for the sake of nodes that are not heard in it. Each of the mute has to show that
 * it is not the master: by an older configuration, or, where it has none or its ConfD is silent, by noded, which names
 * this node or one that does not live. Nor may they name a dead master so often that it would win Ganeti's vote at its
 * next boot. The absent need not answer, as most of them are switched off; one that does must not be the master either.
 * Undefined where nothing speaks against it.
 */
export async function objectionToOverride(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  me: string,
  { mute, absent, living }: Unheard,
): Promise<string | undefined> {
  const masterCandidates = [...mute, ...absent];
  if (masterCandidates.length === 0) return undefined;
  const [{ votes, mySerial }, named] = await Promise.all([
    pollCandidates(env, dataDir, { ...ssconf, masterCandidates }, me, TIMEOUT_MS),
    Promise.all(
      masterCandidates.map(
        async (node) => [node, await masterByNoded(env, dataDir, ssconf, node, TIMEOUT_MS)] as const,
      ),
    ),
  ]);
  const names = new Map(named);
  const words = votes.map(({ voter, says }): Word => ({ voter, says, named: names.get(voter) }));
  for (const word of words) {
    const isSilent = word.says.kind !== 'answered' && word.named === undefined;
    if (isSilent && absent.includes(word.voter)) continue;
    const objection = objectionIn(word, mySerial, me, living);
    if (objection !== undefined) return objection;
  }
  // What the absent name is refreshed as soon as there is a master, unlike what those name that Ganeti has offline.
  return couldWin(
    words.filter(({ voter }) => mute.includes(voter)),
    ssconf.nodeList.length,
    me,
  );
}

function objectionIn(
  { voter, says, named }: Word,
  mySerial: number | undefined,
  me: string,
  living: ReadonlySet<string>,
): string | undefined {
  if (says.kind === 'answered')
    return mySerial === undefined || says.serial > mySerial
      ? `${voter} has a newer configuration (serial ${says.serial})`
      : undefined;
  if (named === undefined) return `${voter} does not tell whom it takes for the master`;
  const works = named === voter || living.has(named);
  return named !== me && works
    ? `${voter} names ${named} as master, and does not tell its serial`
    : undefined;
}

/** A node that is dead, and would have more than half of all voices once it is back: its own, and those of the mute. */
function couldWin(words: readonly Word[], all: number, me: string): string | undefined {
  const names = new Map(
    words.map(({ voter, says, named }) => [
      voter,
      named ?? (says.kind === 'answered' ? says.master : undefined),
    ]),
  );
  for (const other of new Set(names.values())) {
    if (other === undefined || other === me) continue;
    const voters = [...names]
      .filter(([node, name]) => name === other && node !== other)
      .map(([node]) => node);
    if (voteCanBeWon(all, voters.length + 1))
      return `${other} would win Ganeti's vote when it boots, by the word of ${voters.join(', ')}`;
  }
  return undefined;
}
