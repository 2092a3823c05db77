import type { Env } from '../env/env.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { isOurs } from '../ganeti/job-words.ts';
import { cancelJob, type LiveJob, unfinishedJobs } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
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
  /** As of the beginning of the look; they are asked for again where one of them is overdue. */
  readonly jobs: readonly LiveJob[];
  readonly verdicts: readonly Verdict[];
  readonly members: ReadonlySet<string>;
  /**
   * A pause stands, or it is not known, or the look is too old to act on it: what is stuck is told all the same. Where
   * each look submits one job and is too old by then, the first one's would not be told before the last one's.
   */
  readonly tellOnly: boolean;
}

/**
 * Offline jobs that do not begin: finds the jobs whose locks they wait for, frees what can be freed without harm, and
 * tells the rest. Never submits one again: the job that waits runs as soon as its lock is free. Throws LuxiError.
 */
export async function freeStuckJobs(call: LuxiCall, request: StuckRequest, journal: Journal): Promise<void> {
  const { env, members } = request;
  const overdueOf = (some: readonly LiveJob[]): readonly OverdueJob[] =>
    overdueJobs(some, journal.entries(), members, env.clock.now());
  if (overdueOf(request.jobs).length === 0) return;
  // luxid may have taken ten seconds over a submission since: nothing is told of a job that has ended by now.
  const jobs = await unfinishedJobs(call);
  const overdue = overdueOf(jobs);
  if (overdue.length === 0) return;
  const dead = request.tellOnly ? [] : await deadAmong(overdue, request);
  await endHanging(env, dead, request.ssconf, journal);
  await unlessRefused('the question who holds the locks', journal, async () => {
    const locks = await queryLocks(call);
    for (const one of overdue) {
      const blockers = blockersOf(one.job, locks);
      const known = jobs.filter(({ id }) => blockers.has(id));
      const free = dead.includes(one.node)
        ? await cancelWaiting(call, one, known, journal)
        : new Set<number>();
      tell(
        one,
        known.filter(({ id }) => !free.has(id)),
        free.size > 0,
        journal,
      );
    }
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
  journal: Journal,
): Promise<ReadonlySet<number>> {
  const freed = new Set<number>();
  for (const { id, status, source, summary } of blockers) {
    if (status !== 'waiting' && status !== 'queued') continue;
    if (isOurs(source)) continue;
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
  }
  return freed;
}

/** With a moment, not a duration: an unchanged text is shown and logged once. */
function tell(
  { job, node, since }: OverdueJob,
  blockers: readonly LiveJob[],
  freed: boolean,
  journal: Journal,
): void {
  const [first] = blockers;
  const when = `${new Date(since).toISOString().slice(11, 19)} UTC`;
  if (first !== undefined) {
    const whom = blockers.map(({ id, status, summary }) => `${id} (${summary.join(', ')}, ${status})`);
    journal.tell(
      'GNH346',
      `Job ${job} to mark ${node} offline waits since ${when} for the locks of job ${whom.join(', job ')}. See: gnt-job info ${first.id}`,
    );
  } else if (!freed) {
    journal.tell(
      'GNH307',
      `Job ${job} to mark ${node} offline has not run since ${when}; no job is known to hold its lock. See: gnt-job info ${job}`,
    );
  }
}
