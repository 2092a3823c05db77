import type { InstanceJob } from '../ganeti/repair-job-queries.ts';
import { timeOfDay } from '../policy/time-of-day.ts';
import { isOurs } from './job-facts.ts';

/**
 * After the second failure; four times as long after each further one, up to the last. The first may be the death of the
 * master that the job was to run on, and says nothing.
 */
const SECOND_MS = 60_000;
const TIMES = 4;
const LAST_MS = 3_600_000;

/**
 * What has to wait since jobs of ours that were to write its tags have failed, and why, by `taggedKey`. Such a job leaves
 * nothing behind but itself: without this each pass would submit another one, until Ganeti's queue is full. `jobs`: all
 * that have failed and are still in the queue, which is six hours.
 */
export function tagFailures(jobs: readonly InstanceJob[], nowMs: number): ReadonlyMap<string, string> {
  const failed = new Map<string, InstanceJob[]>();
  for (const job of jobs) {
    if (job.status !== 'failed' || !job.tagsOnly || !isOurs(job)) continue;
    for (const key of [...job.instances, ...job.others]) failed.set(key, [...(failed.get(key) ?? []), job]);
  }
  const waiting = new Map<string, string>();
  for (const [key, those] of failed) {
    if (those.length < 2) continue;
    const last = those.reduce((one, other) => (other.id > one.id ? other : one));
    const waitMs = Math.min(LAST_MS, SECOND_MS * TIMES ** (those.length - 2));
    const endedMs = last.endedMs ?? nowMs;
    if (Math.abs(nowMs - endedMs) >= waitMs) continue;
    waiting.set(
      key,
      `job ${last.id} to write its tags failed: ${last.error ?? 'no reason is given'}; again at ${timeOfDay(endedMs + waitMs)}`,
    );
  }
  return waiting;
}
