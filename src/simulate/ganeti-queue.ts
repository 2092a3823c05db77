import { describeException } from '../ganeti/luxi-error.ts';
import type { Opcode } from '../ganeti/opcodes.ts';
import { STORY_BEGINS_MS } from './env.ts';
import type { Configuration } from './ganeti-configuration.ts';
import { configOn } from './ganeti-distribute.ts';
import { INSTANCE_LOCK, locksOf } from './ganeti-locks.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import { runOpcode } from './ganeti-opcodes.ts';
import {
  DATA_DIR,
  type Daemon,
  type Errand,
  ErrandOver,
  errandOn,
  type Ganeti,
  type GanetiHost,
  goAside,
  type JobStatus,
  type SimJob,
} from './ganeti-state.ts';

/** luxid starts a process for each job. */
const PICK_UP_MS = 300;
/** How often a job looks for its locks, and for the jobs it depends on. */
const LOOK_MS = 250;
const UNFINISHED: readonly JobStatus[] = ['queued', 'waiting', 'canceling', 'running'];

const DRAIN_FILE = `${DATA_DIR}/queue/drain`;

export function isUnfinished({ status }: SimJob): boolean {
  return UNFINISHED.includes(status);
}

export function isDrained({ host: { disk } }: GanetiHost): boolean {
  return disk.stat(DRAIN_FILE).kind !== 'missing';
}

/** The flag is a file on the master and on the other candidates. False where it could not be removed or made here. */
export function setDrained(ganeti: Ganeti, at: GanetiHost, drained: boolean): boolean {
  const already = drained === isDrained(at);
  if (already && !drained) return false;
  for (const { host } of [at, ...otherCandidates(ganeti, at)]) {
    const done = drained ? host.disk.write(DRAIN_FILE, '') : host.disk.remove(DRAIN_FILE);
    if (done.kind === 'failed' && host === at.host) return false;
  }
  if (!already) ganeti.world.log(at.host, drained ? 'queue drained' : 'queue undrained');
  return true;
}

/** Of this host alone, as its noded does it; luxid looks at its own. */
export function setDrainFlag(ganeti: Ganeti, { host }: GanetiHost, drained: boolean): void {
  const done = drained ? host.disk.write(DRAIN_FILE, '') : host.disk.remove(DRAIN_FILE);
  if (done.kind === 'done') ganeti.world.log(host, drained ? 'queue drained' : 'queue undrained');
}

/** Takes a job into the queue and lets it begin; its id. */
export function submit(ganeti: Ganeti, at: GanetiHost, ops: readonly Opcode[]): number {
  const id = ++at.lastJob;
  const status = 'queued';
  const job: SimJob = {
    ...{ id, ops, status, opstatus: ops.map(() => status), opresult: ops.map(() => null) },
    receivedMs: wallMs(ganeti, at),
    endedMs: undefined,
  };
  keep(ganeti, at, job);
  ganeti.world.log(at.host, `job ${id} submitted: ${ops.map(toldOf).join(', ')}`);
  ganeti.faults.taken?.(at.host, ops, id);
  begin(ganeti, at, id);
  return id;
}

/** Ganeti's one-line text of an opcode. */
export function summaryOf({ OP_ID: opId, ...op }: Opcode): string {
  const { node_name: node, node_names: nodes, instance_name: instance, name } = op;
  const of = [node, nodes, instance, name].find((one) => one !== undefined && one !== null);
  const object = of === undefined ? '' : `(${Array.isArray(of) ? of.join(',') : String(of)})`;
  return `${opId.replace('OP_', '')}${object}`;
}

/** That, with what the opcode changes. */
function toldOf(op: Opcode): string {
  const { tags, command, on_nodes: onNodes } = op;
  const on = Array.isArray(onNodes) ? `(${onNodes.join(',')})` : '';
  const flags = ['offline', 'drained', 'master_candidate']
    .filter((flag) => typeof op[flag] === 'boolean')
    .map((flag) => ` ${flag}=${String(op[flag])}`);
  const words = typeof command === 'string' ? ` ${command}` : '';
  const what = Array.isArray(tags) ? ` ${tags.join(' ')}` : '';
  return `${summaryOf(op)}${on}${flags.join('')}${words}${what}`;
}

/** As CancelJob answers. */
export function cancel(
  ganeti: Ganeti,
  at: GanetiHost,
  id: number,
  kill: boolean,
): readonly [boolean, string] {
  const job = at.jobs.get(id);
  if (job === undefined) return [false, `Job ${id} not found`];
  const process = at.running.get(id);
  if (job.status === 'queued' || job.status === 'waiting' || (kill && job.status === 'running')) {
    if (process !== undefined) process.cancelled = true;
    release(at, id);
    finish(ganeti, at, job, 'canceled', 'Job canceled by request');
    return [true, `Job ${id} canceled`];
  }
  return [false, `Job ${id} is no longer waiting in the queue`];
}

/** What a luxid that begins does with the queue on its disk: what ran under a luxid that is no more has failed. */
export function resumeQueue(ganeti: Ganeti, at: GanetiHost): void {
  for (const job of at.jobs.values()) {
    if (!isUnfinished(job) || at.running.has(job.id)) continue;
    if (job.status === 'queued') begin(ganeti, at, job.id);
    else finish(ganeti, at, job, 'error', 'Job process died');
  }
}

/**
 * What becomes of the jobs of this host when a daemon has ended: without luxid none begins any more, and whoever is
 * luxid next does that; without wconfd those that have begun fail.
 */
export function leaveJobs(ganeti: Ganeti, at: GanetiHost, daemon: Daemon): void {
  for (const [id, process] of [...at.running]) {
    const job = at.jobs.get(id);
    const queued = job?.status === 'queued';
    if (daemon !== (queued ? 'ganeti-luxid' : 'ganeti-wconfd')) continue;
    process.cancelled = true;
    at.running.delete(id);
    release(at, id);
    if (job !== undefined && !queued) finish(ganeti, at, job, 'error', 'wconfd does not answer any more');
  }
}

function begin(ganeti: Ganeti, at: GanetiHost, id: number): void {
  const process = { cancelled: false };
  at.running.set(id, process);
  const errand = errandOn(ganeti, at, () => !process.cancelled);
  const over = run(ganeti, errand, id).finally(() => {
    if (at.running.get(id) === process) at.running.delete(id);
    release(at, id);
  });
  goAside(over);
}

async function run(ganeti: Ganeti, errand: Errand, id: number): Promise<void> {
  const { at } = errand;
  await errand.sleep(PICK_UP_MS);
  if (!(await dependenciesMet(ganeti, errand, id))) return;
  const ops = at.jobs.get(id)?.ops ?? [];
  for (const [index, op] of ops.entries()) {
    setOp(ganeti, at, id, index, 'waiting', null);
    try {
      await takeLocks(errand, id, op);
      while (ganeti.faults.waits?.(op) === true) await errand.sleep(LOOK_MS);
      setOp(ganeti, at, id, index, 'running', null);
      const result = await runOpcode(ganeti, errand, op, id);
      setOp(ganeti, at, id, index, 'success', result);
    } catch (error) {
      if (error instanceof ErrandOver) throw error;
      const encoded = error instanceof OpcodeError ? error.encoded : ['OpExecError', [String(error)]];
      setOp(ganeti, at, id, index, 'error', encoded);
      skipRest(ganeti, at, id, index);
      const job = at.jobs.get(id);
      const text = error instanceof OpcodeError ? describeException(...error.encoded) : String(error);
      if (job !== undefined) finish(ganeti, at, job, 'error', text);
      return;
    } finally {
      release(at, id);
    }
  }
  const job = at.jobs.get(id);
  if (job !== undefined) finish(ganeti, at, job, 'success');
}

/** One opcode has failed: those behind it are not begun (3.0.2, run). */
function skipRest(ganeti: Ganeti, at: GanetiHost, id: number, failed: number): void {
  const count = at.jobs.get(id)?.ops.length ?? 0;
  for (let index = failed + 1; index < count; index++) {
    setOp(ganeti, at, id, index, 'error', ['OpExecError', ['Preceding opcode failed']]);
  }
}

async function dependenciesMet(ganeti: Ganeti, errand: Errand, id: number): Promise<boolean> {
  const { at } = errand;
  for (const op of at.jobs.get(id)?.ops ?? []) {
    for (const dependency of Array.isArray(op.depends) ? op.depends : []) {
      const [on, wanted]: readonly unknown[] = Array.isArray(dependency) ? dependency : [];
      const other = (): SimJob | undefined => at.jobs.get(Number(on));
      for (let job = other(); job !== undefined && isUnfinished(job); job = other())
        await errand.sleep(LOOK_MS);
      const ended = other()?.status;
      const accepted: readonly unknown[] = Array.isArray(wanted) ? wanted : [];
      if (ended !== undefined && !accepted.includes(ended)) {
        const job = at.jobs.get(id);
        const wants = accepted.map((one) => `'${String(one)}'`).join(', ');
        const words = `Dependency job ${String(on)} finished with status '${ended}', not one of ${wants} as required`;
        if (job !== undefined) finish(ganeti, at, job, 'error', words);
        return false;
      }
    }
  }
  return true;
}

/** Level by level, as Ganeti does: the instance's lock is held while the nodes' are waited for. */
async function takeLocks(errand: Errand, id: number, op: Opcode): Promise<void> {
  const isInstance = (name: string): boolean => name.startsWith(INSTANCE_LOCK);
  await takeLevel(errand, id, (config) => locksOf(op, config).filter(isInstance));
  // Which nodes those are may have changed while the instance's lock was waited for.
  await takeLevel(errand, id, (config) => locksOf(op, config).filter((name) => !isInstance(name)));
}

/** Waits until wconfd works and all of these locks are free, then has them all. */
async function takeLevel(
  { at, sleep }: Errand,
  id: number,
  locks: (config: Configuration) => readonly string[],
): Promise<void> {
  for (;;) {
    const config = at.daemons.get('ganeti-wconfd')?.state === 'working' ? at.memory : undefined;
    const wanted = config === undefined ? undefined : locks(config);
    if (wanted?.every((name) => (at.locks.get(name) ?? id) === id) === true) {
      at.wanted.delete(id);
      for (const name of wanted) at.locks.set(name, id);
      return;
    }
    if (wanted !== undefined) at.wanted.set(id, wanted);
    await sleep(LOOK_MS);
  }
}

function release(at: GanetiHost, id: number): void {
  at.wanted.delete(id);
  for (const [name, holder] of at.locks) if (holder === id) at.locks.delete(name);
}

function setOp(
  ganeti: Ganeti,
  at: GanetiHost,
  id: number,
  index: number,
  status: JobStatus,
  result: unknown,
): void {
  const job = at.jobs.get(id);
  if (job === undefined) return;
  const opstatus = job.opstatus.with(index, status);
  const opresult = job.opresult.with(index, result);
  const whole = status === 'waiting' || status === 'running' ? status : job.status;
  keep(ganeti, at, { ...job, status: whole, opstatus, opresult });
}

function finish(ganeti: Ganeti, at: GanetiHost, job: SimJob, status: JobStatus, text?: string): void {
  const open = (one: JobStatus): boolean => UNFINISHED.includes(one);
  const opstatus = job.opstatus.map((one) => (open(one) ? status : one));
  const opresult = job.opresult.map((one, index) =>
    text !== undefined && open(job.opstatus[index] ?? 'success') ? ['OpExecError', [text]] : one,
  );
  keep(ganeti, at, { ...job, status, opstatus, opresult, endedMs: wallMs(ganeti, at) });
  ganeti.world.log(at.host, `job ${job.id} ${status}${text === undefined ? '' : `: ${text}`}`);
}

function wallMs({ world }: Ganeti, { host }: GanetiHost): number {
  return STORY_BEGINS_MS + world.clock.now() + host.skewMs;
}

/** On the own disk and, as far as they are reached, on the other candidates'. */
function keep(ganeti: Ganeti, at: GanetiHost, job: SimJob): void {
  at.jobs.set(job.id, job);
  for (const other of otherCandidates(ganeti, at)) {
    other.jobs.set(job.id, job);
    other.lastJob = Math.max(other.lastJob, job.id);
  }
}

function otherCandidates(ganeti: Ganeti, at: GanetiHost): readonly GanetiHost[] {
  const config = at.memory ?? configOn(at);
  return Object.values(config?.nodes ?? {}).flatMap((node) => {
    const other = node.master_candidate && !node.offline ? ganeti.named(node.name) : undefined;
    if (other === undefined || other === at || !ganeti.world.connected(at.host, other.host)) return [];
    return other.daemons.get('ganeti-noded')?.state === 'working' ? [other] : [];
  });
}
