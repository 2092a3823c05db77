import type { Decision } from '../policy/decide.ts';
import { NO_STORM, nextStorm, type Storm } from '../policy/storm.ts';
import type { Journal } from './journal.ts';
import type { LedgerEntry } from './ledger.ts';

/** A storm that goes on is noted again after this, so that it is always within what a sweep reads back. */
const NOTE_AGAIN_MS = 3_600_000;

/** The storm as the ledger has it. Pure. */
export function stormIn(entries: readonly LedgerEntry[]): Storm {
  const last = lastNote(entries);
  if (last === undefined) return NO_STORM;
  return last.state === 'on' ? { kind: 'on' } : { kind: 'over', atMs: last.at };
}

/** Notes that a storm has begun, goes on or is over. After the work: what began before it is not stopped by it. */
export function noteStorm(
  decisions: readonly Decision[],
  full: boolean,
  nowMs: number,
  journal: Journal,
): void {
  const before = stormIn(journal.entries());
  const after = nextStorm(before, decisions, full, nowMs);
  if (after.kind === 'none') return;
  const at = lastNote(journal.entries())?.at ?? nowMs;
  if (after.kind === before.kind && (after.kind === 'over' || Math.abs(nowMs - at) < NOTE_AGAIN_MS)) return;
  const held = decisions.flatMap((one) => (one.kind === 'hold' && one.hold === 'brake' ? [one.node] : []));
  journal.note({ event: 'storm', state: after.kind, held });
}

function lastNote(entries: readonly LedgerEntry[]): Extract<LedgerEntry, { event: 'storm' }> | undefined {
  return entries.findLast((entry) => entry.event === 'storm');
}
