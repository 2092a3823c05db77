import type { Env } from '../env/env.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { isOurs } from '../ganeti/job-words.ts';
import { cancelJob, type LiveJob, unfinishedJobs } from '../ganeti/jobs.ts';
import { type LuxiCall, LuxiError } from '../ganeti/luxi.ts';
import { queryLocks } from '../ganeti/luxi-locks.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { timeOfDay } from '../policy/time-of-day.ts';
import { answering } from './answering.ts';
import { blockersOf, type OverdueJob, overdueJobs } from './blockers.ts';
import type { Journal } from './journal.ts';
import { unlessRefused } from './refused.ts';
import { endHanging } from './shunning.ts';

export interface StuckRequest {
  readonly env: Env;
  readonly dataDir: string;
  readonly ssconf: Ssconf;
  /** As of the beginning of the look. */
  readonly jobs: readonly LiveJob[];
  readonly verdicts: readonly Verdict[];
  readonly members: ReadonlySet<string>;
  /**
   * Asked before connections are ended and before each cancellation: no while a pause stands, or it is not known
   * whether one does, and no by a look that is too old.
   * What is stuck is told all the same: where each look submits one job and is too old by then, the first one's would
   * else be told by the last look alone.
   */
  mayAct(): boolean;
}

/**
 * Offline jobs that do not begin: finds the jobs whose locks they wait for, frees what can be freed without harm, and
 * tells the rest, also where luxid does not say who holds the locks, as it cannot without wconfd. Never submits one
 * again: the job that waits runs as soon as its lock is free. Throws LuxiError.
 */
export async function freeStuckJobs(call: LuxiCall, request: StuckRequest, journal: Journal): Promise<void> {
  const { env, members } = request;
  const overdueOf = (some: readonly LiveJob[]): readonly OverdueJob[] =>
    overdueJobs(some, journal.entries(), members, env.clock.now());
  let untold = overdueOf(request.jobs);
  if (untold.length === 0) return;
  const dead = request.mayAct() ? await deadAmong(untold, request) : [];
  await endHanging(env, dead, request.ssconf, journal);
  const freed = new Set<number>();
  try {
    // luxid may have taken ten seconds over a submission since the look began, and jobs have ended.
    const jobs = await unfinishedJobs(call);
    const overdue = overdueOf(jobs);
    untold = overdue;
    const locks = await queryLocks(call);
    for (const one of overdue) {
      const ids = blockersOf(one.job, locks);
      const blockers = jobs.filter(({ id }) => ids.has(id));
      if (dead.includes(one.node)) await cancelWaiting(call, one, blockers, { request, freed }, journal);
      tell(one, blockers, freed, journal);
      untold = untold.filter((other) => other !== one);
    }
  } catch (error) {
    if (!(error instanceof LuxiError)) throw error;
    for (const one of untold) tellUnknown(one, error, journal);
    // It works but for this, as where wconfd does not answer it.
    if (error.failure.kind !== 'rejected') throw error;
  }
}

/** The proof may be as old as the job: whoever answers by now is up, and is left alone. */
async function deadAmong(
  overdue: readonly OverdueJob[],
  { env, dataDir, ssconf, verdicts }: StuckRequest,
): Promise<readonly string[]> {
  const fenced = [...new Set(overdue.map(({ node }) => node))].filter((node) =>
    verdicts.some((verdict) => verdict.node === node && verdict.verdict === 'fenced'),
  );
  const up = await answering(env, dataDir, fenced, ssconf);
  return fenced.filter((node) => !up.includes(node));
}

/**
 * Cancels those that only wait themselves: Ganeti takes back what has not begun, and they would fail on the dead node
 * anyway. Jobs of ours are left alone. Never with force: a killed job may leave its work half done.
 */
async function cancelWaiting(
  call: LuxiCall,
  { job, node }: OverdueJob,
  blockers: readonly LiveJob[],
  { request, freed }: { readonly request: StuckRequest; readonly freed: Set<number> },
  journal: Journal,
): Promise<void> {
  for (const { id, status, source, summary } of blockers) {
    if (status !== 'waiting' && status !== 'queued') continue;
    if (isOurs(source) || freed.has(id) || !request.mayAct()) continue;
    await unlessRefused(`job ${id} cancelled`, journal, async () => {
      const { done, words } = await cancelJob(call, id);
      const text = `${summary.join(', ')}: ${words}`;
      const did = done ? 'cancelled' : 'nothing';
      const told = journal
        .entries()
        .some(
          (entry) => entry.event === 'stuck' && entry.job === job && entry.holder === id && entry.did === did,
        );
      if (!told) journal.note({ event: 'stuck', node, job, holder: id, did, text });
      if (done) freed.add(id);
    });
  }
}

/** With a moment, not a duration: an unchanged text is shown and logged once. */
function tell(
  one: OverdueJob,
  blockers: readonly LiveJob[],
  freed: ReadonlySet<number>,
  journal: Journal,
): void {
  const { job, node } = one;
  const left = blockers.filter(({ id }) => !freed.has(id));
  const [first] = left;
  if (first !== undefined) {
    const whom = left.map(({ id, status, summary }) => `${id} (${summary.join(', ')}, ${status})`);
    journal.tell(
      'GNH346',
      `Job ${job} to mark ${node} offline waits since ${timeOfDay(one.since)} for the locks of job ${whom.join(', job ')}. See: gnt-job info ${first.id}`,
    );
  } else if (blockers.length === 0) {
    journal.tell('GNH307', stuckText(one, 'no job is known to hold its lock'));
  }
}

function tellUnknown(one: OverdueJob, { failure, message }: LuxiError, journal: Journal): void {
  const what =
    failure.kind === 'rejected'
      ? 'luxid does not learn from wconfd who holds its lock'
      : 'what holds it up could not be looked up or freed';
  journal.tell('GNH307', stuckText(one, `${what} (${message})`));
}

/** A job that runs has its locks. */
function stuckText(one: OverdueJob, why: string): string {
  const { job, node, status } = one;
  const what =
    status === 'running'
      ? `not ended since ${timeOfDay(one.since)}; it is running`
      : `not run since ${timeOfDay(one.since)}; ${why}`;
  return `Job ${job} to mark ${node} offline has ${what}. See: gnt-job info ${job}`;
}
