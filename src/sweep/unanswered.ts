import { isOurs } from '../ganeti/job-words.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { offlineJobs } from '../ganeti/offline-jobs.ts';
import { DECIDED_AGAIN_MS, type Journal } from './journal.ts';
import type { LedgerEntry } from './ledger.ts';

/** A decision that stands is noted anew after half of this, so that what was to be submitted is looked for all the time. */
const LOOK_FOR_MS = 2 * DECIDED_AGAIN_MS;

type Decided = Extract<LedgerEntry, { event: 'decided' }>;

/**
 * The decisions after which a job was about to be submitted and that have none in the ledger: the process was killed
 * between the two, or luxid did not answer in time. One without evidence waits for a job of somebody else. Pure.
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
 * follows: the node may be starting again by now, and its entry may have been changed. A job that luxid has not taken yet
 * is not seen; a second one for the node is harmless. Throws LuxiError.
 */
export async function findUnanswered(call: LuxiCall, nowMs: number, journal: Journal): Promise<void> {
  const open = unanswered(journal.entries(), nowMs);
  const known = new Set(journal.entries().flatMap((entry) => ('job' in entry ? [entry.job] : [])));
  const nodes = open.map(({ node }) => node);
  const jobs = (await offlineJobs(call, nodes)).filter(({ id, source }) => !known.has(id) && isOurs(source));
  for (const { node, at, text: because, evidence } of open) {
    const ours = jobs.filter((one) => one.node === node && one.receivedMs >= at);
    for (const { id, autoPromote } of ours)
      journal.note({
        event: 'offline-submitted',
        ...{ node, job: id, because, autoPromote },
        ...(evidence === undefined ? {} : { evidence }),
      });
  }
}
