import { isOurs } from '../ganeti/job-words.ts';
import { cancelJob, type JobOutcome, jobOutcomes, type LiveJob } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { oobResults } from '../ganeti/oob-results.ts';
import { type PendingJob, pendingJobs } from './jobs-pending.ts';
import type { Journal } from './journal.ts';

/**
 * Looks after the jobs of earlier sweeps: writes how they ended, tells what failed, and withdraws
 * what has not run while its node came back. Throws LuxiError.
 */
export async function followUp(
  call: LuxiCall,
  members: ReadonlySet<string>,
  journal: Journal,
): Promise<void> {
  const pending = pendingJobs(journal.entries());
  if (pending.length === 0) return;
  const outcomes = await jobOutcomes(
    call,
    pending.map(({ job }) => job),
  );
  // The newest first: withdrawing an offline job would end the power job that depends on it by itself.
  for (const job of pending.toReversed()) {
    const outcome: JobOutcome = outcomes.get(job.job) ?? { kind: 'gone' };
    if (outcome.kind === 'unfinished') {
      if (harms(job, members)) await withdraw(call, job, journal);
      continue;
    }
    const ended = judge(job, outcome);
    journal.note({ event: 'job-ended', node: job.node, job: job.job, what: job.what, ...ended });
    if (ended.outcome === 'failed') tellFailure(job, ended.text, journal);
  }
}

/**
 * Looks after the unfinished jobs that this host's ledger does not know: withdraws what a predecessor submitted for
 * a node that is back. Throws LuxiError.
 */
export async function followUnknown(
  call: LuxiCall,
  jobs: readonly LiveJob[],
  members: ReadonlySet<string>,
  nowMs: number,
  journal: Journal,
): Promise<void> {
  const known = new Set(pendingJobs(journal.entries()).map(({ job }) => job));
  for (const { id, offlines, powers, source } of jobs.toReversed()) {
    if (known.has(id)) continue;
    for (const node of [...offlines, ...powers]) {
      const what = offlines.includes(node) ? 'offline' : 'powercycle';
      if (members.has(node) && isOurs(source))
        await withdraw(call, { job: id, what, node, since: nowMs }, journal);
    }
  }
}

function harms({ what, node }: PendingJob, members: ReadonlySet<string>): boolean {
  return (what === 'offline' || what === 'powercycle' || what === 'poweroff') && members.has(node);
}

type Ended = { readonly outcome: 'success' | 'failed' | 'gone'; readonly text: string };

function judge(job: PendingJob, outcome: Exclude<JobOutcome, { kind: 'unfinished' }>): Ended {
  switch (outcome.kind) {
    case 'gone':
      return { outcome: 'gone', text: 'the job is no longer known to Ganeti' };
    case 'failed':
      return { outcome: 'failed', text: outcome.error };
    case 'success': {
      if (job.what !== 'poweroff') return { outcome: 'success', text: '' };
      // OP_OOB_COMMAND succeeds as a job when the node's own status is "no data" or "unavailable".
      const bad = outcome.results
        .flatMap((result) => oobResults(result) ?? [])
        .filter(({ status }) => status !== 'ok');
      if (bad.length === 0) return { outcome: 'success', text: '' };
      return { outcome: 'failed', text: bad.map(({ node, status }) => `${node}: ${status}`).join(', ') };
    }
    default:
      return outcome satisfies never;
  }
}

/** The node came back; whether the job could still be stopped is luxid's answer. Throws LuxiError. */
async function withdraw(call: LuxiCall, job: PendingJob, journal: Journal): Promise<void> {
  const { done, words } = await cancelJob(call, job.job);
  if (done) {
    const { node, what } = job;
    journal.note({
      event: 'job-ended',
      node,
      job: job.job,
      what,
      outcome: 'gone',
      text: 'withdrawn, it is back',
    });
    journal.tell(
      'GNH310',
      `${node} is a member again; its ${what} job ${job.job} had not run and was withdrawn. Nothing to do.`,
    );
    return;
  }
  const then =
    job.what === 'offline'
      ? `When it is sound, run: gnt-ha readmit ${job.node}`
      : `It may still lose power. See: gnt-job info ${job.job}`;
  journal.tell(
    'GNH310',
    `${job.node} is a member again, but its ${job.what} job ${job.job} could not be withdrawn (${words}). ${then}`,
  );
}

function tellFailure(job: PendingJob, text: string, journal: Journal): void {
  switch (job.what) {
    case 'offline':
      journal.tell(
        'GNH307',
        `Job ${job.job} to mark ${job.node} offline failed (${text}); it is tried again. See: gnt-job info ${job.job}`,
      );
      break;
    case 'poweroff':
    case 'powercycle':
      journal.tell(
        'GNH308',
        `Job ${job.job} (${job.what} of ${job.node}) failed (${text}); the offlining does not depend on it. See: gnt-job info ${job.job}`,
      );
      break;
    case 'redist':
      journal.tell(
        'GNH314',
        `Job ${job.job} to refresh ssconf on ${job.node} failed (${text}). Run: gnt-cluster redist-conf`,
      );
      break;
    case 'master-ip':
      journal.tell(
        'GNH114',
        `Job ${job.job} to bring up the master IP failed (${text}); it is tried again. See: gnt-job info ${job.job}`,
      );
      break;
    case 'drain':
    case 'undrain':
      journal.tell(
        'GNH331',
        `Job ${job.job} to ${job.what} ${job.node} failed (${text}); it is tried again in five minutes. See: gnt-job info ${job.job}`,
      );
      break;
    case 'readmit':
      journal.tell(
        'GNH334',
        `Job ${job.job} to take ${job.node} back failed (${text}); it is not repeated by itself. See: gnt-job info ${job.job}`,
      );
      break;
    default:
      job.what satisfies never;
  }
}
