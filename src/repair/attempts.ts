import type { RepairJob, RepairType } from './facts.ts';
import type { StepKind } from './plan-types.ts';

/** What the jobs of a repair so far mean for its next one. */
export type Prospect =
  /** None was tried, or the last one succeeded, or it is time for another attempt. */
  | { readonly kind: 'go' }
  | { readonly kind: 'wait'; readonly wait: 'retry-later' | 'no-room'; readonly because: string }
  /** Nothing that is safe would help any more. */
  | { readonly kind: 'failure'; readonly because: string };

/** After the first failure, and after the second; the third ends the repair. */
const RETRY_AFTER_MS = [60_000, 300_000] as const;

/**
 * Waiting for room costs nothing and never ends a repair. The first refusals are asked about again soon: Ganeti's
 * allocator finds no room for anything while a mirror's secondary is offline (GlobalN1.hs), which other repairs mend.
 */
const ROOM_AFTER_MS = { soon: 60_000, later: 300_000 } as const;

/** So many refusals in a row are no passing trouble. */
const SOON_AT_MOST = 3;

/**
 * No repair needs the same step as often in a row: that is one new secondary after the other, each lost at once. Jobs
 * that succeed and change nothing would be repeated for ever.
 */
const SAME_STEPS_AT_MOST = 4;

/** luxid reads the configuration anew some tenths of a second after it has changed, a large one later. */
const SHOWS_AFTER_MS = 5_000;

export type EndedJob = RepairJob & { readonly status: Exclude<RepairJob['status'], 'unfinished'> };

export function hasEnded(job: RepairJob): job is EndedJob {
  return job.status !== 'unfinished';
}

/** `jobs`: all that are known of one repair, oldest first. */
export function prospect(
  jobs: readonly EndedJob[],
  type: RepairType,
  step: StepKind,
  nowMs: number,
): Prospect {
  const last = jobs.at(-1);
  if (last === undefined) return { kind: 'go' };
  switch (last.status) {
    case 'success':
      return afterSuccess(jobs, last, step, nowMs);
    case 'canceled':
      // Its data has come back meanwhile: what is to be done now is another thing than what was canceled.
      return last.untouched === true && step !== 'reinstall' ? { kind: 'go' } : failure(outcomeWords(last));
    case 'failed':
    case 'gone':
      return afterFailure(jobs, last, type, nowMs);
    default:
      return last.status satisfies never;
  }
}

function afterSuccess(jobs: readonly RepairJob[], last: RepairJob, step: StepKind, nowMs: number): Prospect {
  const same = trailing(jobs, (job) => job.status === 'success' && mayBeOf(job, step));
  if (same >= SAME_STEPS_AT_MOST)
    return failure(`its last ${SAME_STEPS_AT_MOST} jobs succeeded, and still it is not healthy`);
  if (last.step === undefined || same === 0 || !endedWithin(last, SHOWS_AFTER_MS, nowMs))
    return { kind: 'go' };
  const because = `job ${last.id} has done that a moment ago, which may not show yet`;
  return { kind: 'wait', wait: 'retry-later', because };
}

/** An instance that is down is migrated by an opcode for failovers. */
function mayBeOf({ step: done }: RepairJob, step: StepKind): boolean {
  if (done === undefined || done === step) return true;
  return (done === 'failover' || done === 'migrate') && (step === 'failover' || step === 'migrate');
}

function afterFailure(
  jobs: readonly RepairJob[],
  last: RepairJob,
  type: RepairType,
  nowMs: number,
): Prospect {
  const what = outcomeWords(last);
  if (last.noRoom) {
    const refusals = trailing(jobs, ({ noRoom }) => noRoom);
    const again = refusals <= SOON_AT_MOST ? ROOM_AFTER_MS.soon : ROOM_AFTER_MS.later;
    return endedWithin(last, again, nowMs)
      ? { kind: 'wait', wait: 'no-room', because: `${what}; it is tried again ${again / 1_000} s after that` }
      : { kind: 'go' };
  }
  if (mayHaveBlanked(last, type)) return failure(`${what}, and nobody knows whether its disks are blank`);
  // Not enough room says nothing about whether the step would work.
  const tried = jobs.filter(({ noRoom }) => !noRoom);
  const failures = trailing(tried, ({ status }) => status === 'failed' || status === 'gone');
  const delay = RETRY_AFTER_MS[failures - 1];
  if (delay === undefined) return failure(`${what}, as did the ${failures - 1} before it`);
  return endedWithin(last, delay, nowMs)
    ? {
        kind: 'wait',
        wait: 'retry-later',
        because: `${what}; it is tried again ${delay / 1_000} s after that`,
      }
    : { kind: 'go' };
}

/** Where nobody knows what a job did it did the worst that its repair allows. */
export function mayReinstall({ reinstalls }: RepairJob, type: RepairType): boolean {
  return reinstalls ?? type === 'reinstall';
}

/** Of one that did not succeed. */
export function mayHaveBlanked(job: RepairJob, type: RepairType): boolean {
  return mayReinstall(job, type) && job.untouched !== true;
}

export function outcomeWords({ id, status, error, noRoom }: RepairJob): string {
  if (status === 'gone') return `job ${id} is not in Ganeti's queue any more`;
  if (status === 'canceled') return `job ${id} was canceled`;
  return `job ${id} ${noRoom ? 'found no room' : 'failed'}${error === undefined ? '' : ` (${error})`}`;
}

/** Also where it ended a little in the future: the clock was set, or it is another node's. */
function endedWithin({ endedMs }: RepairJob, ms: number, nowMs: number): boolean {
  return endedMs !== undefined && Math.abs(nowMs - endedMs) < ms;
}

function trailing(jobs: readonly RepairJob[], matches: (job: RepairJob) => boolean): number {
  const other = jobs.findLastIndex((job) => !matches(job));
  return jobs.length - 1 - other;
}

function failure(because: string): Prospect {
  return { kind: 'failure', because };
}
