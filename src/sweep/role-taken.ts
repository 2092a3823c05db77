import type { Env } from '../env/env.ts';
import { MASTER_TAKEN } from '../env/paths.ts';

/**
 * How long after a take-over the others are told, milliseconds. A luxid that was at its vote when the role moved comes
 * up some seconds later, one whose vote waits for a dead node later still.
 */
const ROUNDS_MS: readonly number[] = [0, 20_000, 60_000];

/** In place of a node's name. */
const FOUND = '-';

/** The rounds in which a new master tells the others to stop what they have of the role, old-masters.ts. */
export interface Rounds {
  readonly due: boolean;
  /** The role was taken, and one has to be made soon; where it was found the next look is soon enough. */
  readonly pressing: boolean;
  /** From whom Ganeti's failover here took the role; undefined where it was found. */
  readonly takenFrom: string | undefined;
  /** Those that no round has reached, once all are over. */
  readonly owed: readonly string[];
  /** Notes that the round was made, and whom it did not reach; whether another one comes. */
  made(unreached: readonly string[]): boolean;
  /** Notes whom none has reached yet, once all are over. */
  stillOwed(unreached: readonly string[]): void;
}

/** Ganeti's failover here has come so far that a sweep is due beside it; its first round is the failover's own word. */
export function noteTaking({ files, clock }: Env): void {
  files.write(MASTER_TAKEN, `${clock.now()} 1 ${FOUND}\n`);
}

/** The role was taken from another node, by Ganeti's failover. */
export function noteTaken({ files, clock }: Env, from: string): void {
  files.write(MASTER_TAKEN, `${clock.now()} 0 ${from}\n`);
}

/**
 * Undefined where no round is left and nobody is owed one. Without a file the role was found here, after a boot or a
 * move by hand, and one round is due: the failover that brought it may have died before it told the old master, or not
 * have reached it. A moment of the future, after the clock was set back, is due at once.
 */
export function roundsLeft({ files, clock }: Env): Rounds | undefined {
  const file = files.read(MASTER_TAKEN);
  if (file.kind === 'unreadable') return undefined;
  const text = file.kind === 'text' ? file.text : `0 ${ROUNDS_MS.length - 1} ${FOUND}`;
  const [taken, made, from = FOUND, ...owed] = text.trim().split(' ');
  const at = Number(taken);
  const atMs = Number.isFinite(at) && at <= clock.now() ? at : 0;
  const before = Number.isSafeInteger(Number(made)) ? Number(made) : 0;
  const note = (count: number, unreached: readonly string[]): boolean => {
    const more = count < ROUNDS_MS.length;
    files.write(MASTER_TAKEN, `${[atMs, count, from, ...(more ? [] : unreached)].join(' ')}\n`);
    return more;
  };
  const next = ROUNDS_MS[before];
  if (next === undefined && owed.length === 0) return undefined;
  return {
    due: next !== undefined && clock.now() - atMs >= next,
    pressing: next !== undefined && file.kind === 'text',
    takenFrom: from === FOUND ? undefined : from,
    owed: next === undefined ? owed : [],
    made: (unreached) => note(before + 1, unreached),
    stillOwed: (unreached) => void note(ROUNDS_MS.length, unreached),
  };
}
