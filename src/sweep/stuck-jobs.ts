import type { Env } from '../env/env.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { isOurs } from '../ganeti/job-words.ts';
import { cancelJob, type LiveJob, unfinishedJobs } from '../ganeti/jobs.ts';
import { type LuxiCall, LuxiError } from '../ganeti/luxi.ts';
import { queryLocks } from '../ganeti/luxi-locks.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
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
   * Asked before each act: no while a pause stands, or it is not known whether one does, and no by a look that is too old.
   * What is stuck is told all the same: where each look submits one job and is too old by then, the first one's would
   * else be told by the last look alone.
   */
  mayAct(): boolean;
}

/**
 * Offline jobs that do not begin: finds the jobs whose locks they wait for, frees what can be freed without harm, and
 * tells the rest, also where luxid does not say who holds the locks, as it cannot without wconfd. Never submits one
 * again: the job that waits runs as soon as its lock is free. The connection may be of no use after it. Throws LuxiError.
 */
export async function freeStuckJobs(call: LuxiCall, request: StuckRequest, journal: Journal): Promise<void> {
  const { env, members } = request;
  const overdueOf = (some: readonly LiveJob[]): readonly OverdueJob[] =>
    overdueJobs(some, journal.entries(), members, env.clock.now());
  const overdue = overdueOf(request.jobs);
  if (overdue.length === 0) return;
  const dead = request.mayAct() ? await deadAmong(overdue, request) : [];
  await endHanging(env, dead, request.ssconf, journal);
  // luxid may have taken ten seconds over a submission since the look began, and jobs have ended.
  const [jobs, locks] = await Promise.all([orFailure(unfinishedJobs(call)), orFailure(queryLocks(call))]);
  const known = jobs instanceof LuxiError ? request.jobs : jobs;
  for (const one of overdueOf(known)) {
    if (locks instanceof LuxiError) {
      tellWithoutLocks(one, locks, journal);
      continue;
    }
    const ids = blockersOf(one.job, locks);
    const blockers = known.filter(({ id }) => ids.has(id));
    const free = dead.includes(one.node)
      ? await cancelWaiting(call, one, blockers, request, journal)
      : new Set<number>();
    const left = blockers.filter(({ id }) => !free.has(id));
    tell(one, left, free.size > 0, journal);
  }
}

function orFailure<T>(answer: Promise<T>): Promise<T | LuxiError> {
  return answer.catch((error: unknown) => {
    if (error instanceof LuxiError) return error;
    throw error;
  });
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
  { mayAct }: StuckRequest,
  journal: Journal,
): Promise<ReadonlySet<number>> {
  const freed = new Set<number>();
  for (const { id, status, source, summary } of blockers) {
    if (status !== 'waiting' && status !== 'queued') continue;
    if (isOurs(source) || !mayAct()) continue;
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
  return freed;
}

/** With a moment, not a duration: an unchanged text is shown and logged once. */
function tell(one: OverdueJob, blockers: readonly LiveJob[], freed: boolean, journal: Journal): void {
  const { job, node, status } = one;
  const [first] = blockers;
  if (first !== undefined) {
    const whom = blockers.map(({ id, status, summary }) => `${id} (${summary.join(', ')}, ${status})`);
    journal.tell(
      'GNH346',
      `Job ${job} to mark ${node} offline waits since ${since(one)} for the locks of job ${whom.join(', job ')}. See: gnt-job info ${first.id}`,
    );
  } else if (!freed) {
    const what = status === 'running' ? 'it is running' : 'no job is known to hold its lock';
    journal.tell('GNH307', `${waiting(one)}; ${what}. See: gnt-job info ${job}`);
  }
}

function tellWithoutLocks(one: OverdueJob, { message }: LuxiError, journal: Journal): void {
  const text = `${waiting(one)}; wconfd does not say who holds its lock (${message})`;
  journal.tell('GNH307', `${text}. See: gnt-job info ${one.job}`);
}

function waiting(one: OverdueJob): string {
  const verb = one.status === 'running' ? 'ended' : 'run';
  return `Job ${one.job} to mark ${one.node} offline has not ${verb} since ${since(one)}`;
}

function since(one: OverdueJob): string {
  return `${new Date(one.since).toISOString().slice(11, 19)} UTC`;
}
