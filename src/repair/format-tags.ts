import type { Pending } from './plan-types.ts';
import { PREFIX, type Result } from './tags.ts';

/** Ganeti's limit for one tag (MAX_TAG_LEN). */
export const TAG_AT_MOST = 128;

const START = 'ocf:repair:start:';

export function formatPending({ type, id, since, jobs }: Omit<Pending, 'tag'>): string {
  return withJobs(`${PREFIX}pending:${type}:${id}:${since}:`, jobs);
}

export function formatResult({ type, id, at, outcome, jobs }: Omit<Result, 'tag'>): string {
  return withJobs(`${PREFIX}result:${type}:${id}:${at}:${outcome}:`, jobs);
}

/** Ours, not harep's: at the end of this repair the instance has to run, whatever its admin state is by then. */
export function startMark(id: string): string {
  return START + id;
}

/** The id of the repair, where the tag is such a mark. */
export function readStartMark(tag: string): string | undefined {
  return tag.startsWith(START) ? tag.slice(START.length) : undefined;
}

/** `jobs`: oldest first; where not all fit the newest stay, since they tell how the repair stands. */
function withJobs(start: string, jobs: readonly number[]): string {
  const kept: number[] = [];
  let room = TAG_AT_MOST - start.length + '+'.length;
  for (const job of jobs.toReversed()) {
    room -= String(job).length + '+'.length;
    if (room < 0) break;
    kept.unshift(job);
  }
  return start + kept.join('+');
}
