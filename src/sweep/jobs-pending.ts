import type { JobPurpose, LedgerEntry } from './ledger.ts';

/** A job of ours whose end the ledger does not know yet. */
export interface PendingJob {
  readonly job: number;
  readonly what: JobPurpose;
  readonly node: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

const PURPOSES = {
  'drain-submitted': 'drain',
  'undrain-submitted': 'undrain',
  'readmit-submitted': 'readmit',
} as const;

/** The jobs that were submitted and not followed to their end, oldest first. Pure. */
export function pendingJobs(entries: readonly LedgerEntry[]): readonly PendingJob[] {
  const pending = new Map<number, PendingJob>();
  for (const entry of entries) {
    switch (entry.event) {
      case 'offline-submitted':
        pending.set(entry.job, { job: entry.job, what: 'offline', node: entry.node, since: entry.at });
        break;
      case 'power-submitted':
        pending.set(entry.job, { job: entry.job, what: entry.power, node: entry.node, since: entry.at });
        break;
      case 'redist-submitted':
        pending.set(entry.job, {
          job: entry.job,
          what: 'redist',
          node: entry.nodes.join(','),
          since: entry.at,
        });
        break;
      case 'master-ip-submitted':
        pending.set(entry.job, { job: entry.job, what: 'master-ip', node: entry.node, since: entry.at });
        break;
      case 'drain-submitted':
      case 'undrain-submitted':
      case 'readmit-submitted':
        pending.set(entry.job, {
          job: entry.job,
          what: PURPOSES[entry.event],
          node: entry.node,
          since: entry.at,
        });
        break;
      case 'job-ended':
        pending.delete(entry.job);
        break;
      default:
        break;
    }
  }
  return [...pending.values()];
}

/** When each node was last submitted for offlining; what the brake counts. Pure. */
export function offlinings(
  entries: readonly LedgerEntry[],
): readonly { readonly node: string; readonly atMs: number }[] {
  return entries.flatMap((entry) =>
    entry.event === 'offline-submitted' ? [{ node: entry.node, atMs: entry.at }] : [],
  );
}

/** When a node last lost its work by a job of ours, or was about to: then instances may need somebody. Pure. */
export function lastMoved(entries: readonly LedgerEntry[]): number | undefined {
  return entries.findLast(
    (entry) =>
      entry.event === 'offline-submitted' ||
      entry.event === 'drain-submitted' ||
      (entry.event === 'job-ended' &&
        entry.outcome === 'success' &&
        (entry.what === 'offline' || entry.what === 'drain')),
  )?.at;
}

/** A failed offline job is not tried again before this; doubled with each further failure, up to the last. */
const RETRY_MS = 30_000;
const RETRY_MOST_MS = 15 * 60_000;

/** A node whose offline job has failed and is not due again yet. */
export interface FailedOffline {
  readonly node: string;
  readonly job: number;
  readonly text: string;
  /** When it is due again, milliseconds since the epoch. */
  readonly againMs: number;
}

/**
 * The nodes that wait after failed offline jobs. An entry of the future, after the clock was set back, counts by its
 * distance: else nothing would be tried for as long as the clock was wrong. Pure.
 */
export function failedOfflines(
  entries: readonly LedgerEntry[],
  nodes: readonly string[],
  nowMs: number,
): readonly FailedOffline[] {
  return nodes.flatMap((node) => {
    const failed = failedOffline(entries, node);
    if (failed === undefined) return [];
    const waitMs = Math.min(RETRY_MOST_MS, RETRY_MS * 2 ** (failures(entries, node) - 1));
    if (Math.abs(nowMs - failed.at) >= waitMs) return [];
    return [{ node, job: failed.job, text: failed.text, againMs: failed.at + waitMs }];
  });
}

/** How often in a row it failed, since an offline job for this node ended otherwise. */
function failures(entries: readonly LedgerEntry[], node: string): number {
  let count = 0;
  for (const entry of entries)
    if (entry.event === 'job-ended' && entry.node === node && entry.what === 'offline')
      count = entry.outcome === 'failed' ? count + 1 : 0;
  return count;
}

/** The last failure of a node's offline job, if no later job was submitted for it. Pure. */
export function failedOffline(
  entries: readonly LedgerEntry[],
  node: string,
): { readonly at: number; readonly job: number; readonly text: string } | undefined {
  let failed: { at: number; job: number; text: string } | undefined;
  for (const entry of entries) {
    if (entry.event === 'offline-submitted' && entry.node === node) failed = undefined;
    if (
      entry.event === 'job-ended' &&
      entry.node === node &&
      entry.what === 'offline' &&
      entry.outcome === 'failed'
    ) {
      failed = { at: entry.at, job: entry.job, text: entry.text };
    }
  }
  return failed;
}
