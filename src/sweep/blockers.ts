import type { LiveJob } from '../ganeti/jobs.ts';
import type { GanetiLock } from '../ganeti/luxi-locks.ts';
import { pendingJobs } from './jobs-pending.ts';
import type { LedgerEntry } from './ledger.ts';

/** An offline job normally begins within a second or two; one that waits longer waits for another job's lock. */
const OVERDUE_MS = 30_000;

export interface OverdueJob {
  readonly job: number;
  readonly node: string;
  readonly status: LiveJob['status'];
  /** When it was submitted or, of somebody else's, when we would have; milliseconds since the epoch. */
  readonly since: number;
}

/** The offline jobs that have not done their work for long, of nodes that are not back. Pure. */
export function overdueJobs(
  jobs: readonly LiveJob[],
  entries: readonly LedgerEntry[],
  members: ReadonlySet<string>,
  nowMs: number,
): readonly OverdueJob[] {
  const submitted = new Map(pendingJobs(entries).map(({ job, since }) => [job, since]));
  return jobs.flatMap(({ id, status, offlines }) =>
    offlines.flatMap((node) => {
      const decided = entries.findLast((entry) => entry.event === 'decided' && entry.node === node)?.at;
      const since = submitted.get(id) ?? decided;
      // A clock that was set back must not make it young for ever.
      const overdue = since !== undefined && Math.abs(nowMs - since) > OVERDUE_MS;
      return overdue && !members.has(node) ? [{ job: id, node, status, since }] : [];
    }),
  );
}

/** The jobs that hold a lock for which this one waits, by id, and the names of those locks. Pure. */
export function blockersOf(
  job: number,
  locks: readonly GanetiLock[],
): ReadonlyMap<number, readonly string[]> {
  const blockers = new Map<number, readonly string[]>();
  for (const { name, owners, waiting } of locks) {
    if (!waiting.includes(job)) continue;
    for (const owner of owners)
      if (owner !== job) blockers.set(owner, [...(blockers.get(owner) ?? []), name]);
  }
  return blockers;
}
