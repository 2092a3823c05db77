import type { Evidence } from '../evidence/evidence.ts';
import type { Offlining } from '../policy/brake.ts';
import { offlinings, pendingJobs } from '../sweep/jobs-pending.ts';
import type { LedgerEntry } from '../sweep/ledger.ts';

/** The text of a ledger that says the same at another time. Jobs are others in a story: none is waited for. */
export function ledgerText(entries: readonly LedgerEntry[], nowMs: number, shiftMs: number): string {
  const ended = pendingJobs(entries).map(
    ({ job, node, what }): LedgerEntry => ({
      ...{ at: nowMs, trigger: 'simulate', event: 'job-ended', node, job, what },
      ...{ outcome: 'gone', text: 'not played' },
    }),
  );
  return [...entries, ...ended].map((entry) => `${JSON.stringify(shifted(entry, shiftMs))}\n`).join('');
}

function shifted(entry: LedgerEntry, ms: number): unknown {
  const chain = 'evidence' in entry ? entry.evidence : undefined;
  return {
    ...entry,
    at: entry.at + ms,
    ...(entry.event === 'alert' ? { atMs: entry.atMs + ms } : {}),
    ...(chain === undefined
      ? {}
      : { evidence: chain.map((one): Evidence => ({ ...one, atMs: one.atMs + ms })) }),
  };
}

/** Which of the offline nodes this host has marked itself, and when: what is known where there is no luxid to ask. */
export function markedHere(
  entries: readonly LedgerEntry[],
  offline: readonly string[],
): readonly Offlining[] {
  return offlinings(entries).filter(({ node }) => offline.includes(node));
}
