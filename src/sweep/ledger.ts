import type { Env } from '../env/env.ts';
import { LEDGER_FILE, OLD_LEDGER_FILE } from '../env/paths.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Said } from './spool-record.ts';

/** One line of the ledger: what was seen, decided, done or not done, and why. */
export type LedgerEntry = {
  /** Milliseconds since the epoch, this host's clock. */
  readonly at: number;
  /** What made the sweep run. */
  readonly trigger: string;
} & LedgerEvent;

export type LedgerEvent =
  | {
      readonly event: 'decided';
      readonly node: string;
      readonly decision: string;
      readonly text: string;
      /** The chain that the decision rests on; also below. Absent where nobody was asked, and in older entries. */
      readonly evidence?: readonly Evidence[];
    }
  | {
      readonly event: 'offline-submitted';
      readonly node: string;
      readonly job: number;
      readonly because: string;
      readonly autoPromote: boolean;
      readonly evidence?: readonly Evidence[];
    }
  | {
      readonly event: 'power-submitted';
      readonly node: string;
      readonly job: number;
      readonly power: 'powercycle' | 'poweroff';
    }
  | {
      readonly event: 'job-ended';
      readonly node: string;
      readonly job: number;
      readonly what: JobPurpose;
      readonly outcome: 'success' | 'failed' | 'gone';
      readonly text: string;
    }
  | {
      readonly event: 'held';
      readonly node: string;
      readonly hold: string;
      readonly text: string;
      readonly evidence?: readonly Evidence[];
    }
  | { readonly event: 'trouble'; readonly code: string; readonly text: string }
  | { readonly event: 'shun'; readonly nodes: readonly string[]; readonly result: string }
  | {
      readonly event: 'redist-submitted';
      readonly nodes: readonly string[];
      readonly job: number;
      readonly text: string;
    }
  | {
      readonly event: 'master-ip-submitted';
      readonly node: string;
      readonly job: number;
      readonly text: string;
    }
  /** A node drained or undrained for its leave, or taken back. */
  | {
      readonly event: 'drain-submitted' | 'undrain-submitted' | 'readmit-submitted';
      readonly node: string;
      readonly job: number;
      readonly because: string;
    }
  /** An offline job that does not begin: what was done about a job it waits for, and what luxid said to it. */
  | {
      readonly event: 'stuck';
      readonly node: string;
      readonly job: number;
      readonly holder: number;
      readonly did: 'cancelled' | 'nothing';
      readonly text: string;
    }
  /** Connections to dead nodes that were ended, for jobs hung on them. */
  | { readonly event: 'connections-ended'; readonly nodes: readonly string[]; readonly result: string }
  | { readonly event: 'master-taken'; readonly from: string; readonly to: string; readonly text: string }
  | { readonly event: 'queue-drained' | 'queue-undrained'; readonly text: string }
  | { readonly event: 'master-released'; readonly text: string }
  /** More nodes were to be marked offline than the brake allows; `over` when the places sufficed again. */
  | { readonly event: 'storm'; readonly state: 'on' | 'over'; readonly held: readonly string[] }
  /** Repairs that were announced by their pending tags; of many instances only the first are named. */
  | {
      readonly event: 'repair-begun';
      readonly instances: readonly string[];
      readonly count: number;
      readonly type: string;
      readonly text: string;
    }
  | {
      readonly event: 'repair-submitted';
      readonly instance: string;
      readonly step: string;
      readonly job: number;
      /** The id in the tags. */
      readonly repair: string;
    }
  | {
      readonly event: 'repair-ended';
      readonly instance: string;
      readonly outcome: 'success' | 'failure' | 'enoperm';
      readonly text: string;
    }
  /** A job of a repair that must not run any more; `done`: false where Ganeti did not take it back. */
  | {
      readonly event: 'repair-withdrawn';
      readonly instance: string;
      readonly job: number;
      readonly done: boolean;
      readonly text: string;
    }
  | {
      readonly event: 'repair-held';
      readonly hold: string;
      readonly instances: readonly string[];
      readonly count: number;
      readonly text: string;
    }
  /** What Pacemaker's alert agent was told of a node, beside the verdict of the sweep that read it. */
  | {
      readonly event: 'alert';
      readonly node: string;
      readonly said: Said;
      /** When Pacemaker says that it happened. */
      readonly atMs: number;
      readonly words: string;
      readonly text: string;
    };

export type JobPurpose =
  | 'offline'
  | 'powercycle'
  | 'poweroff'
  | 'redist'
  | 'master-ip'
  | 'drain'
  | 'undrain'
  | 'readmit';

/** Appends entries; the error text where the ledger could not be written (the sweep goes on: an outcome matters more than its record). */
export function record(env: Env, trigger: string, events: readonly LedgerEvent[]): string | undefined {
  if (events.length === 0) return undefined;
  const at = env.clock.now();
  const lines = events.map((event) => `${JSON.stringify({ at, trigger, ...event })}\n`);
  const written = env.files.append(LEDGER_FILE, endOfTornLine(env) + lines.join(''));
  return written.kind === 'failed' ? written.message : undefined;
}

/** A disk that was full for a moment left half a line; what is added now must not become the rest of it. */
function endOfTornLine(env: Env): '\n' | '' {
  const read = env.files.read(LEDGER_FILE);
  return read.kind === 'text' && read.text !== '' && !read.text.endsWith('\n') ? '\n' : '';
}

/** Larger than this the ledger is put aside. A busy day writes some 10 KiB. */
const ROTATE_BYTES = 1024 * 1024;

/** Puts a large ledger aside, in place of the one before. Under the sweep lock only: another would move the new one. */
export function rotateLedger(env: Env): void {
  const stat = env.files.stat(LEDGER_FILE);
  if (stat.kind !== 'file' || stat.size < ROTATE_BYTES) return;
  const moved = env.files.rename(LEDGER_FILE, OLD_LEDGER_FILE);
  if (moved.kind === 'failed') env.log('warning', `the ledger was not put aside: ${moved.message}`);
}

/**
 * The entries not older than `sinceMs`, oldest first; also those of the ledger put aside, where the present one does
 * not reach back so far. A line that is torn or not ours is passed over.
 */
export function recentEntries(env: Env, sinceMs: number): readonly LedgerEntry[] {
  const present = entriesOf(env, LEDGER_FILE);
  const reachesBack = (present[0]?.at ?? Number.POSITIVE_INFINITY) <= sinceMs;
  const all = reachesBack ? present : [...entriesOf(env, OLD_LEDGER_FILE), ...present];
  return all.filter(({ at }) => at >= sinceMs);
}

function entriesOf(env: Env, file: string): readonly LedgerEntry[] {
  const read = env.files.read(file);
  if (read.kind !== 'text') return [];
  return read.text.split('\n').flatMap((line) => parseEntry(line) ?? []);
}

/** Undefined for a line that is torn or not ours. */
export function parseEntry(line: string): LedgerEntry | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isEntry(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The ledger is ours and root's; the shape is checked as far as a wrong line could mislead a sweep. */
function isEntry(value: unknown): value is LedgerEntry {
  return (
    typeof value === 'object' &&
    value !== null &&
    'at' in value &&
    typeof value.at === 'number' &&
    // More than this is no moment, and telling it would throw.
    Math.abs(value.at) <= 8.64e15 &&
    'event' in value &&
    typeof value.event === 'string'
  );
}
