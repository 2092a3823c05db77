import type { Env } from '../env/env.ts';
import type { ReasonCode } from '../ocf/reasons.ts';
import type { Reason } from '../ocf/result.ts';
import { type LedgerEntry, type LedgerEvent, recentEntries, record } from './ledger.ts';

/** How far back a sweep reads the ledger: longer than any job of ours may take. */
const READ_BACK_MS = 6 * 60 * 60 * 1000;

/** What stays wrong is logged again after this, not at every sweep: one line every 20 s hides everything else. */
const TELL_AGAIN_MS = 60 * 60 * 1000;

/** What was decided and still is not done is noted again after this: what follows from it is looked for around it. */
export const DECIDED_AGAIN_MS = 5 * 60 * 1000;

/**
 * The notes of one sweep: what it read of the past, what it adds, and what it has to tell the administrator.
 * Entries are written as they happen, so that a crash between two steps loses nothing that was done.
 */
export interface Journal {
  /** Entries of the past and of this sweep, oldest first. */
  entries(): readonly LedgerEntry[];
  note(event: LedgerEvent): void;
  /**
   * Notes an event that stands until something else happens to the node, once and not at every sweep; a decision that is
   * ours to carry out again after five minutes.
   */
  noteOnce(event: LedgerEvent & { readonly event: 'held' | 'decided' }): void;
  /** Something the monitor should show; logged and noted where it is news. */
  tell(code: ReasonCode, text: string): void;
  reasons(): readonly Reason[];
}

/** This host's ledger as far as a sweep reads it; a hold that stands is noted again within it. */
export function rememberedEntries(env: Env): readonly LedgerEntry[] {
  return recentEntries(env, env.clock.now() - READ_BACK_MS);
}

/** An alert is a hint: what it tells of has not happened to the node for that reason. Pure. */
export function lastWordOn(node: string, entries: readonly LedgerEntry[]): LedgerEntry | undefined {
  return entries.findLast((entry) => 'node' in entry && entry.node === node && entry.event !== 'alert');
}

export function openJournal(env: Env, trigger: string): Journal {
  const now = env.clock.now();
  const entries = [...rememberedEntries(env)];
  const reasons: Reason[] = [];
  const tell = (code: ReasonCode, text: string): void => {
    reasons.push({ code, text });
    const told = entries.some(
      (entry) =>
        entry.event === 'trouble' &&
        entry.code === code &&
        entry.text === text &&
        Math.abs(now - entry.at) < TELL_AGAIN_MS,
    );
    if (told) return;
    env.log('warning', `${code} ${text}`);
    if (code !== 'GNH313') note({ event: 'trouble', code, text });
  };
  const note = (event: LedgerEvent): void => {
    entries.push({ at: env.clock.now(), trigger, ...event });
    const failed = record(env, trigger, [event]);
    if (failed !== undefined && !reasons.some(({ code }) => code === 'GNH313')) {
      tell(
        'GNH313',
        `The ledger could not be written (${failed}); what is decided is still done. Make room under /var/lib.`,
      );
    }
  };
  return {
    entries: () => entries,
    note,
    noteOnce: (event) => {
      const last = lastWordOn(event.node, entries);
      if (last?.event === 'held' && event.event === 'held' && last.hold === event.hold) return;
      if (last?.event === 'decided' && event.event === 'decided' && stands(last, event, now)) return;
      note(event);
    },
    tell,
    reasons: () => reasons,
  };
}

type Decided = Extract<LedgerEvent, { event: 'decided' }>;

/** A decision without evidence waits for somebody else's job; one with it is ours to carry out, which is news after that. */
function stands(last: Decided & { readonly at: number }, { evidence }: Decided, now: number): boolean {
  if (evidence === undefined) return true;
  return last.evidence !== undefined && Math.abs(now - last.at) < DECIDED_AGAIN_MS;
}
