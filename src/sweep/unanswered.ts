import type { LuxiCall } from '../ganeti/luxi.ts';
import { offlineJobs } from '../ganeti/offline-jobs.ts';
import { DECIDED_AGAIN_MS, type Journal } from './journal.ts';
import type { LedgerEntry } from './ledger.ts';

/** What was about to be submitted is decided anew after this, so it is looked for no longer than a bit more. */
const LOOK_FOR_MS = 2 * DECIDED_AGAIN_MS;

type Decided = Extract<LedgerEntry, { event: 'decided' }>;

/**
 * The nodes for which a job was about to be submitted and that have none in the ledger: the process was killed between
 * the two, or luxid did not answer in time. While a candidate is dead whose death is not proven yet, and who is not
 * shunned therefore, a submission takes 10 s: its number and its file are copied to all candidates, with 5 s for each
 * connection (measured on five hosts). A decision without evidence is one that waits for a job of somebody else. Pure.
 */
export function unanswered(entries: readonly LedgerEntry[], nowMs: number): readonly Decided[] {
  const last = new Map<string, LedgerEntry>();
  for (const entry of entries)
    if (
      entry.event === 'decided' ||
      entry.event === 'offline-submitted' ||
      (entry.event === 'job-ended' && entry.what === 'offline')
    )
      last.set(entry.node, entry);
  return [...last.values()].flatMap((entry) => {
    if (entry.event !== 'decided' || entry.evidence === undefined) return [];
    return Math.abs(nowMs - entry.at) < LOOK_FOR_MS ? [entry] : [];
  });
}

/**
 * Asks luxid for the jobs that were submitted without an answer, and notes them as what they are: without that line the
 * ledger would not say who marked the node offline, and nobody would look after the job. Neither a power job nor our mark
 * follows: the node may be starting again by now, and its entry may have been changed. Throws LuxiError.
 */
export async function findUnanswered(call: LuxiCall, nowMs: number, journal: Journal): Promise<void> {
  const open = unanswered(journal.entries(), nowMs);
  const nodes = open.map(({ node }) => node);
  const jobs = (await offlineJobs(call, nodes)).filter(
    ({ source }) => source?.startsWith('ocf:ganeti:') === true,
  );
  for (const { node, at, text: because, evidence } of open) {
    const job = jobs.findLast((one) => one.node === node && one.receivedMs >= at);
    if (job === undefined) continue;
    const { id, autoPromote } = job;
    journal.note({
      event: 'offline-submitted',
      ...{ node, job: id, because, autoPromote },
      ...(evidence === undefined ? {} : { evidence }),
    });
  }
}
