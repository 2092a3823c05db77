import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import type { Cluster } from './cluster.ts';
import { type ClusterOpcode, instanceOf } from './opcode.ts';
import { perform } from './opcode-effects.ts';

export type JobStatus = 'queued' | 'waiting' | 'canceling' | 'running' | 'canceled' | 'success' | 'error';

export interface ClusterJob {
  readonly id: number;
  status: JobStatus;
  readonly ops: readonly ClusterOpcode[];
  readonly opstatus: JobStatus[];
  readonly opresult: unknown[];
  readonly receivedMs: number;
  startedMs: number | undefined;
  endedMs: number | undefined;
  archived: boolean;
}

/** How one opcode ends; without a word of the test it does what Ganeti's does. */
export type Outcome =
  | { readonly kind: 'done' }
  /** Success without any effect. */
  | { readonly kind: 'nothing'; readonly result?: unknown }
  | { readonly kind: 'error'; readonly className?: string; readonly text: string; readonly code?: string }
  /** Goes on until `finish`. */
  | { readonly kind: 'running' };

export type JobScript = (op: ClusterOpcode, job: ClusterJob) => Outcome | undefined;

/** Ganeti's job queue: what can run does so at once, within the call that submits it. */
export interface JobQueue {
  readonly jobs: ClusterJob[];
  script: JobScript | undefined;
  submit(ops: readonly ClusterOpcode[]): number;
  find(id: number): ClusterJob | undefined;
  /** Ends the opcode that is running, as told or as Ganeti's would; the rest of the job follows. */
  finish(id: number, outcome?: Outcome): void;
  cancel(id: number): boolean;
  /** As the cleaner does with old ones: Ganeti does not know it any more. */
  forget(id: number): void;
}

export function makeQueue(cluster: Cluster): JobQueue {
  const state = { jobs: [] as ClusterJob[], script: undefined as JobScript | undefined, last: 0 };
  const find = (id: number): ClusterJob | undefined => state.jobs.find((job) => job.id === id);
  const holds = (job: ClusterJob): string | undefined => {
    const op = job.ops[job.opstatus.indexOf('running')];
    return op === undefined ? undefined : instanceOf(op);
  };

  /** One step of one job; false where it cannot go on now. */
  const step = (job: ClusterJob, forced?: Outcome): boolean => {
    const at = job.opstatus.findIndex((status) => status !== 'success');
    const op = job.ops[at];
    if (op === undefined || (job.opstatus[at] === 'running' && forced === undefined)) return false;
    const instance = instanceOf(op);
    const locked = state.jobs.some(
      (other) => other !== job && instance !== undefined && holds(other) === instance,
    );
    if (locked) {
      if (job.status === 'queued') job.status = 'waiting';
      return false;
    }
    job.startedMs ??= Date.now();
    const outcome = forced ?? state.script?.(op, job) ?? { kind: 'done' };
    if (outcome.kind === 'running') {
      job.status = 'running';
      job.opstatus[at] = 'running';
      return true;
    }
    try {
      job.opresult[at] = carryOut(cluster, op, outcome);
      job.opstatus[at] = 'success';
      if (at === job.ops.length - 1) end(job, 'success');
    } catch (error) {
      if (!(error instanceof OpcodeError)) throw error;
      failFrom(job, at, error);
    }
    return true;
  };

  const advance = (): void => {
    for (let moved = true; moved; ) {
      moved = false;
      for (const job of state.jobs) {
        if (isEnded(job)) continue;
        const unmet = dependency(job);
        if (unmet === 'not-yet') {
          job.status = 'waiting';
          continue;
        }
        if (unmet !== undefined) failFrom(job, 0, new OpcodeError('OpExecError', unmet));
        else if (!step(job)) continue;
        moved = true;
      }
    }
  };

  /** Why the job cannot be run; undefined where nothing hinders it. */
  const dependency = (job: ClusterJob): string | undefined => {
    const all = job.ops.flatMap(({ depends }) => (Array.isArray(depends) ? depends : []));
    for (const [id, wanted] of all) {
      const other = find(Number(id));
      if (other === undefined) return `Dependency job ${String(id)} not found`;
      if (!isEnded(other)) return 'not-yet';
      const statuses: readonly unknown[] = Array.isArray(wanted) ? wanted : [];
      if (statuses.length > 0 && !statuses.includes(other.status))
        return `Dependency job ${other.id} finished with status '${other.status}', not one of '${statuses.join(', ')}' as required`;
    }
    return undefined;
  };

  return Object.assign(state, {
    find,
    submit: (ops: readonly ClusterOpcode[]) => {
      const id = ++state.last;
      state.jobs.push({
        ...{
          id,
          status: 'queued',
          ops: ops.map((op, at) => accepted(op, id, at)),
          opstatus: ops.map(() => 'queued'),
          opresult: ops.map(() => null),
        },
        ...{ receivedMs: Date.now(), startedMs: undefined, endedMs: undefined, archived: false },
      });
      advance();
      return id;
    },
    finish: (id: number, outcome: Outcome = { kind: 'done' }) => {
      const job = find(id);
      if (job?.status !== 'running') throw new Error(`job ${id} is not running`);
      step(job, outcome);
      advance();
    },
    cancel: (id: number) => {
      const job = find(id);
      if (job === undefined || (job.status !== 'queued' && job.status !== 'waiting')) return false;
      end(job, 'canceled');
      advance();
      return true;
    },
    forget: (id: number) => {
      const at = state.jobs.findIndex((job) => job.id === id);
      if (at >= 0) state.jobs.splice(at, 1);
    },
  });
}

/** luxid adds to the reasons of each opcode that it took it (JQueue.hs, extendJobReasonTrail). */
function accepted(op: ClusterOpcode, id: number, at: number): ClusterOpcode {
  const source = `gnt:opcode:${op.OP_ID.replace('OP_', '').toLowerCase()}`;
  const trail: readonly unknown[] = Array.isArray(op.reason) ? op.reason : [];
  return { ...op, reason: [...trail, [source, `job=${id};index=${at}`, Date.now() * 1_000_000]] };
}

export function isEnded({ status }: ClusterJob): boolean {
  return status === 'success' || status === 'error' || status === 'canceled';
}

function failFrom(job: ClusterJob, at: number, { encoded }: OpcodeError): void {
  job.opresult[at] = encoded;
  job.opstatus.fill('error', at);
  job.opresult.fill(['OpExecError', ['Preceding opcode failed']], at + 1);
  end(job, 'error');
}

function end(job: ClusterJob, status: 'success' | 'error' | 'canceled'): void {
  job.status = status;
  job.endedMs = Date.now();
  if (status === 'canceled') job.opstatus.fill('canceled');
}

function carryOut(
  cluster: Cluster,
  op: ClusterOpcode,
  outcome: Exclude<Outcome, { kind: 'running' }>,
): unknown {
  switch (outcome.kind) {
    case 'done':
      return perform(cluster, op);
    case 'nothing':
      return outcome.result ?? null;
    case 'error': {
      const { className = 'OpExecError', text, code } = outcome;
      throw new OpcodeError(className, text, ...(code === undefined ? [] : [code]));
    }
    default:
      return outcome satisfies never;
  }
}
