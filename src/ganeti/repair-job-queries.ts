import { exceptionIn, resultOfFailure, sourceOf, timestampMs, UNFINISHED } from './job-words.ts';
import type { LuxiCall } from './luxi.ts';
import { LuxiError } from './luxi-error.ts';
import { queryTable, type TableRow } from './luxi-table.ts';

/** A job as far as it concerns instances. */
export interface InstanceJob {
  readonly id: number;
  readonly status: 'unfinished' | 'success' | 'failed' | 'canceled';
  /** Who gave its first opcode its first reason. */
  readonly source: string | undefined;
  /** Ganeti's names of its opcodes. */
  readonly opcodes: readonly string[];
  /** The names in its opcodes, as whoever submitted it wrote them. */
  readonly instances: readonly string[];
  /** What else it changes the tags of: `cluster`, or `nodegroup` and a name. */
  readonly others: readonly string[];
  readonly tagsOnly: boolean;
  /** It makes disks anew, or installs on them. */
  readonly reinstalls: boolean;
  /** It does, and has not begun with that. */
  readonly untouched: boolean;
  /** Milliseconds since the epoch. */
  readonly endedMs: number | undefined;
  /** The first failed opcode's exception. */
  readonly error: string | undefined;
  /** That was for want of room. */
  readonly noRoom: boolean;
}

/** Of an opcode. One that was canceled never ran: Ganeti cancels only what waits. */
const NOT_BEGUN = ['queued', 'waiting', 'canceled'] as const;
const FIELDS = ['id', 'status', 'ops', 'opstatus', 'opresult', 'end_ts'] as const;

/** All jobs that have not ended; those about nodes alone name no instance. Throws LuxiError. */
export function unfinishedInstanceJobs(call: LuxiCall): Promise<readonly InstanceJob[]> {
  return jobs(
    call,
    UNFINISHED.map((status) => ['==', 'status', status]),
  );
}

/** What became of these, archived ones as well. Throws LuxiError. */
export async function instanceJobsById(
  call: LuxiCall,
  ids: readonly number[],
): Promise<{ readonly jobs: readonly InstanceJob[]; readonly gone: readonly number[] }> {
  const rows = await jobRows(
    call,
    ids.map((id) => ['==', 'id', id]),
  );
  // One that is told of in a form that nobody knows is not gone, and may run.
  const told = new Set(rows.flatMap((row) => (row.value('status') === undefined ? [] : [row.value('id')])));
  return { jobs: rows.flatMap((row) => jobOf(row) ?? []), gone: ids.filter((id) => !told.has(id)) };
}

/** How Ganeti calls the opcodes that may begin or make up a repair, in a job's summary. */
const REPAIRING = [
  'INSTANCE_FAILOVER',
  'INSTANCE_MIGRATE',
  'INSTANCE_MOVE',
  'INSTANCE_RECREATE_DISKS',
  'INSTANCE_REPLACE_DISKS',
] as const;

/** The jobs, ended or not and not archived yet, that work on these instances as repairs do. Throws LuxiError. */
export function jobsRepairing(call: LuxiCall, instances: readonly string[]): Promise<readonly InstanceJob[]> {
  const summaries = instances.flatMap((name) => REPAIRING.map((what) => `${what}(${name})`));
  return jobs(
    call,
    summaries.map((summary) => ['=[]', 'summary', summary]),
  );
}

/**
 * All jobs that failed and are not archived yet. Not by their summaries: those of tags name no object
 * (OpCodes.hs, opSummaryVal). Throws LuxiError.
 */
export function failedInstanceJobs(call: LuxiCall): Promise<readonly InstanceJob[]> {
  return jobs(call, [['==', 'status', 'error']]);
}

async function jobs(call: LuxiCall, terms: readonly unknown[]): Promise<readonly InstanceJob[]> {
  return (await jobRows(call, terms)).flatMap((row) => jobOf(row) ?? []);
}

type JobRow = TableRow<(typeof FIELDS)[number]>;

async function jobRows(call: LuxiCall, terms: readonly unknown[]): Promise<readonly JobRow[]> {
  // Without a term luxid would answer with all jobs.
  return terms.length === 0 ? [] : await queryTable(call, 'job', FIELDS, ['|', ...terms]);
}

/** Undefined: gone, or in a form that nobody knows; one bad job stops nothing. */
function jobOf(row: JobRow): InstanceJob | undefined {
  try {
    const status = statusOf(row.value('status'));
    if (status === undefined) return undefined;
    const ops = row.list('ops').filter(isOpcode);
    const statuses = row.list('opstatus');
    const firstFailed = statuses.indexOf('error');
    // What follows one that failed has that status, too, and never ran ("Preceding opcode failed", run, 3.0.2).
    const ran = (index: number): boolean => firstFailed === -1 || index <= firstFailed;
    const blanking = row
      .list('ops')
      .flatMap((op, index) =>
        isOpcode(op) && blanks(op) ? [ran(index) ? statuses[index] : 'canceled'] : [],
      );
    const failed = status === 'failed' ? failureOf(row) : undefined;
    return {
      id: row.number('id'),
      status,
      source: ops.map(sourceOf).find((source) => source !== undefined),
      opcodes: ops.flatMap(({ OP_ID: id }) => (typeof id === 'string' ? [id] : [])),
      instances: [...new Set(ops.flatMap((op) => nameIn(op) ?? []))],
      others: [...new Set(ops.flatMap((op) => otherIn(op) ?? []))],
      tagsOnly: ops.every(({ OP_ID: id }) => id === 'OP_TAGS_SET' || id === 'OP_TAGS_DEL'),
      reinstalls: blanking.length > 0,
      untouched: blanking.length > 0 && blanking.every((status) => NOT_BEGUN.some((one) => one === status)),
      endedMs: timestampMs(row.value('end_ts')),
      error: failed?.text,
      noRoom: failed?.noRoom === true,
    };
  } catch (error) {
    if (error instanceof LuxiError) return undefined;
    throw error;
  }
}

function statusOf(word: unknown): InstanceJob['status'] | undefined {
  switch (word) {
    case 'success':
    case 'canceled':
      return word;
    case 'error':
      return 'failed';
    default:
      return UNFINISHED.some((one) => one === word) ? 'unfinished' : undefined;
  }
}

type Recorded = Readonly<Record<string, unknown>>;

function isOpcode(op: unknown): op is Recorded {
  return typeof op === 'object' && op !== null;
}

function nameIn({ instance_name: instance, kind, name }: Recorded): string | undefined {
  if (typeof instance === 'string') return instance;
  return kind === 'instance' && typeof name === 'string' ? name : undefined;
}

function otherIn({ kind, name }: Recorded): string | undefined {
  if (kind === 'cluster') return kind;
  return kind === 'nodegroup' && typeof name === 'string' ? `${kind} ${name}` : undefined;
}

function blanks({ OP_ID: id, dry_run: dry }: Recorded): boolean {
  return dry !== true && (id === 'OP_INSTANCE_RECREATE_DISKS' || id === 'OP_INSTANCE_REINSTALL');
}

function failureOf(row: JobRow): {
  readonly text: string;
  readonly noRoom: boolean;
} {
  const result = resultOfFailure(row.list('opstatus'), row.list('opresult'));
  const exception = exceptionIn(result);
  if (exception === undefined) return { text: String(result ?? 'no reason is given'), noRoom: false };
  return { text: exception.text, noRoom: exception.args[1] === 'insufficient_resources' };
}
