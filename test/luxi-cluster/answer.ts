import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import { plainRows } from '../../src/simulate/ganeti-query.ts';
import type { Cluster } from './cluster.ts';
import { clusterInfo } from './cluster-info.ts';
import { parseOpcodes } from './opcode.ts';
import { taggedObject } from './opcode-tags.ts';
import { jobRows, queryRows } from './query.ts';
import type { JobQueue } from './queue.ts';

/** What luxid keeps beside the configuration and the jobs. */
export interface LuxidFlags {
  drained: boolean;
  /** Seconds since the epoch; null: it is not paused. */
  watcherPause: number | null;
}

/** What luxid answers at once, as `{success, result}`. */
export function answerRequest(
  cluster: Cluster,
  queue: JobQueue,
  flags: LuxidFlags,
  method: string,
  args: readonly unknown[],
): unknown {
  try {
    return { success: true, result: carryOut(cluster, queue, flags, method, args) };
  } catch (error) {
    if (error instanceof OpcodeError) return { success: false, result: error.encoded };
    // What luxid cannot parse it answers with bare text.
    return { success: false, result: error instanceof Error ? error.message : String(error) };
  }
}

function carryOut(
  cluster: Cluster,
  queue: JobQueue,
  flags: LuxidFlags,
  method: string,
  [first, second, third]: readonly unknown[],
): unknown {
  const submit = (ops: unknown): number => {
    if (flags.drained) throw new OpcodeError('GenericError', 'Queue drained');
    return queue.submit(parseOpcodes(ops));
  };
  switch (method) {
    case 'Query': {
      const fields = texts(second);
      return {
        fields: fields.map((name) => ({ name, title: name, kind: 'unknown', doc: '' })),
        data: queryRows(cluster, queue, first, fields, third),
      };
    }
    case 'QueryNodes':
    case 'QueryInstances':
    case 'QueryGroups': {
      const what = method.slice('Query'.length, -1).toLowerCase();
      const names = texts(first);
      const filter = names.length === 0 ? null : ['|', ...names.map((name) => ['==', 'name', name])];
      return plainRows(queryRows(cluster, queue, what, texts(second), filter));
    }
    case 'QueryJobs': {
      const ids = texts(first);
      const rows = jobRows(queue, ids.length === 0 ? undefined : ids);
      return rows.map((cells) => texts(second).map((field) => cells(field)?.[1] ?? null));
    }
    case 'QueryClusterInfo':
      return clusterInfo(cluster);
    case 'QueryTags':
      return taggedObject(cluster, first, second).tags;
    case 'QueryConfigValues':
      return texts(first).map((field) => configValue(cluster, flags, field));
    case 'SubmitJob':
      return submit(first);
    case 'SubmitManyJobs':
      return submitMany(first, queue, flags);
    case 'CancelJob': {
      const cancelled = queue.cancel(Number(first));
      return [
        cancelled,
        `Job ${Number(first)} ${cancelled ? 'canceled' : 'is no longer waiting in the queue'}`,
      ];
    }
    case 'ArchiveJob': {
      const job = queue.find(Number(first));
      if (job !== undefined) job.archived = true;
      return job !== undefined;
    }
    case 'SetDrainFlag':
      flags.drained = first === true;
      return true;
    case 'SetWatcherPause':
      flags.watcherPause = typeof first === 'number' ? first : null;
      return first;
    case 'echo':
      return [first, second, third].filter((one) => one !== undefined);
    default:
      throw new Error(`Unknown method ${method}`);
  }
}

/** Jobs of one call may depend on each other by negative numbers: -1 is the one before (Types.hs:750). */
function submitMany(given: unknown, queue: JobQueue, flags: LuxidFlags): readonly unknown[] {
  if (flags.drained) throw new OpcodeError('GenericError', 'Queue drained');
  const parsed = (Array.isArray(given) ? given : []).map(parseOpcodes);
  const ids: number[] = [];
  return parsed.map((ops) => {
    const absolute = ops.map((op) => ({
      ...op,
      depends: Array.isArray(op.depends)
        ? op.depends.map(([id, statuses]: readonly [number, unknown]) => [
            id < 0 ? ids[ids.length + id] : id,
            statuses,
          ])
        : op.depends,
    }));
    const id = queue.submit(absolute);
    ids.push(id);
    return [true, id];
  });
}

function configValue(
  { name, master }: Cluster,
  { drained, watcherPause }: LuxidFlags,
  field: string,
): unknown {
  switch (field) {
    case 'cluster_name':
      return name;
    case 'master_node':
      return master;
    case 'drain_flag':
      return drained;
    case 'watcher_pause':
      return watcherPause;
    default:
      return null;
  }
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
