import * as v from 'valibot';
import { exceptionIn, resultOfFailure, sourceOf, UNFINISHED } from './job-words.ts';
import type { LuxiCall } from './luxi.ts';
import { parseAnswer } from './luxi-parse.ts';
import { query, rowValues } from './luxi-query2.ts';
import { offlinedBy } from './offline-jobs.ts';
import type { Opcode } from './opcode.ts';

type UnfinishedStatus = (typeof UNFINISHED)[number];

export type JobOutcome =
  | { readonly kind: 'unfinished'; readonly status: UnfinishedStatus }
  /** One result per opcode; for OP_OOB_COMMAND look into it with `oobResults`. */
  | { readonly kind: 'success'; readonly results: readonly unknown[] }
  | { readonly kind: 'failed'; readonly status: 'error' | 'canceled'; readonly error: string }
  /** Ganeti does not know the job (any more): archived jobs are deleted after 21 days. */
  | { readonly kind: 'gone' };

export interface LiveJob {
  readonly id: number;
  readonly status: UnfinishedStatus;
  /** One text per opcode, e.g. `NODE_SET_PARAMS(h3.lab.test)`. */
  readonly summary: readonly string[];
  /** The nodes that this job marks offline, by the names in its opcodes. */
  readonly offlines: readonly string[];
  /** The nodes that this job would reboot or switch off. */
  readonly powers: readonly string[];
  /** Who gave its opcodes their first reason, e.g. `ocf:ganeti:ganeti-node` or `gnt:client:gnt-node`. */
  readonly source: string | undefined;
}

const JOB_ID = v.pipe(v.number(), v.integer(), v.minValue(0));

/**
 * Submits one job and returns its id; does not wait for the job. Throws LuxiError. After `timeout` or `closed` it may
 * exist, or come into being within 5 s, or have ended: look for it before submitting again, as `findUnanswered` does.
 */
export async function submitJob(call: LuxiCall, ops: readonly Opcode[]): Promise<number> {
  return parseAnswer('SubmitJob', JOB_ID, await call('SubmitJob', [ops]));
}

/** What became of one of several jobs. */
export type Submission =
  | { readonly kind: 'submitted'; readonly job: number }
  | { readonly kind: 'refused'; readonly text: string };

const SUBMISSIONS = v.array(
  v.union([v.tuple([v.literal(true), JOB_ID]), v.tuple([v.literal(false), v.string()])]),
);

/**
 * Submits several jobs at once, answers in their order; each may be refused by itself. Throws LuxiError: as `submitJob`,
 * and `rejected` where luxid cannot parse one of them, or takes none.
 */
export async function submitManyJobs(
  call: LuxiCall,
  jobs: readonly (readonly Opcode[])[],
): Promise<readonly Submission[]> {
  if (jobs.length === 0) return [];
  const answer = parseAnswer('SubmitManyJobs', SUBMISSIONS, await call('SubmitManyJobs', [jobs]));
  return jobs.map((_, index) => {
    const [done, result] = answer[index] ?? [false, 'luxid said nothing of it'];
    return done ? { kind: 'submitted', job: result } : { kind: 'refused', text: result };
  });
}

/**
 * Has Ganeti take back a job that has not begun; never by force, which may leave its work half done. `words`: luxid's.
 * Throws LuxiError.
 */
export async function cancelJob(
  call: LuxiCall,
  id: number,
): Promise<{ readonly done: boolean; readonly words: string }> {
  const answer = await call('CancelJob', [id, false]);
  const [done, words]: readonly unknown[] = Array.isArray(answer) ? answer : [];
  return { done: done === true, words: String(words) };
}

const JOB_ROW = v.object({
  id: JOB_ID,
  status: v.picklist([...UNFINISHED, 'success', 'error', 'canceled']),
  opstatus: v.array(v.string()),
  opresult: v.array(v.unknown()),
});

/** What became of these jobs; an id that Ganeti no longer has is `gone`. Throws LuxiError. */
export async function jobOutcomes(
  call: LuxiCall,
  ids: readonly number[],
): Promise<ReadonlyMap<number, JobOutcome>> {
  const outcomes = new Map<number, JobOutcome>(ids.map((id) => [id, { kind: 'gone' }]));
  // Without a name, luxid would answer with all jobs.
  if (ids.length === 0) return outcomes;
  const filter = ['|', ...ids.map((id) => ['==', 'id', id])];
  for (const row of await query(call, 'job', ['id', 'status', 'opstatus', 'opresult'], filter)) {
    if (row.status.status !== 'ok') continue;
    const job = rowValues(row, JOB_ROW);
    outcomes.set(job.id, outcomeOf(job));
  }
  return outcomes;
}

function outcomeOf(job: v.InferOutput<typeof JOB_ROW>): JobOutcome {
  switch (job.status) {
    case 'success':
      return { kind: 'success', results: job.opresult };
    case 'error':
    case 'canceled':
      return { kind: 'failed', status: job.status, error: errorText(job) };
    case 'queued':
    case 'waiting':
    case 'canceling':
    case 'running':
      return { kind: 'unfinished', status: job.status };
  }
}

/** The first failed opcode's exception, or else its text. */
function errorText(job: v.InferOutput<typeof JOB_ROW>): string {
  const result = resultOfFailure(job.opstatus, job.opresult);
  const exception = exceptionIn(result);
  if (exception !== undefined) return exception.text;
  if (typeof result === 'string' && result !== '') return result;
  return `the job's status is ${job.status}`;
}

const LIVE_JOB = v.object({
  id: JOB_ID,
  status: v.picklist([...UNFINISHED, 'success', 'error', 'canceled']),
  summary: v.array(v.string()),
  ops: v.array(v.looseObject({})),
});

/** All jobs that have not ended. Throws LuxiError. */
export async function unfinishedJobs(call: LuxiCall): Promise<readonly LiveJob[]> {
  const filter = ['|', ...UNFINISHED.map((status) => ['==', 'status', status])];
  const rows = await query(call, 'job', ['id', 'status', 'summary', 'ops'], filter);
  const jobs: LiveJob[] = [];
  for (const row of rows) {
    if (row.status.status !== 'ok') continue;
    const { id, status, summary, ops } = rowValues(row, LIVE_JOB);
    const unfinished = UNFINISHED.find((one) => one === status);
    if (unfinished !== undefined)
      jobs.push({
        id,
        status: unfinished,
        summary,
        offlines: ops.flatMap((op) => offlinedBy(op) ?? []),
        powers: ops.flatMap(poweredBy),
        source: ops.map(sourceOf).find((source) => source !== undefined),
      });
  }
  return jobs;
}

function poweredBy(op: Readonly<Record<string, unknown>>): readonly string[] {
  const { OP_ID: opId, node_name: name, node_names: names } = op;
  if (opId === 'OP_NODE_POWERCYCLE') return typeof name === 'string' ? [name] : [];
  const all: readonly unknown[] = opId === 'OP_OOB_COMMAND' && Array.isArray(names) ? names : [];
  return all.filter((one) => typeof one === 'string');
}
