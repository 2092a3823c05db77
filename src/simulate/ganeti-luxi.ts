import type { Opcode } from '../ganeti/opcodes.ts';
import { type Configuration, masterOf } from './ganeti-configuration.ts';
import { configOn } from './ganeti-distribute.ts';
import { liveNode } from './ganeti-live-fields.ts';
import { assertLocksKnown } from './ganeti-lock-query.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import { lockRows, plainRows, queryRows } from './ganeti-query.ts';
import { cancel, isDrained, setDrained, submit } from './ganeti-queue.ts';
import { DATA_DIR, type Ganeti, type GanetiHost } from './ganeti-state.ts';

/** Longer ones are none of Ganeti's queue (Constants.hs:3561). */
const MOST_JOBS = 5_000;

/** What luxid answers to a request, as `{success, result}`. */
export function answerLuxi(ganeti: Ganeti, at: GanetiHost, request: unknown): unknown {
  const { method, args }: Readonly<Record<string, unknown>> =
    typeof request === 'object' && request !== null ? { ...request } : {};
  try {
    const given: readonly unknown[] = Array.isArray(args) ? args : [];
    return { success: true, result: perform(ganeti, at, method, given) };
  } catch (error) {
    if (error instanceof OpcodeError) return { success: false, result: error.encoded };
    // What luxid cannot parse it answers with bare text.
    return { success: false, result: error instanceof Error ? error.message : String(error) };
  }
}

function perform(ganeti: Ganeti, at: GanetiHost, method: unknown, args: readonly unknown[]): unknown {
  const config = configOn(at);
  if (config === undefined) throw new OpcodeError('ConfigurationError', 'Unable to load the configuration');
  const [first, second, third] = args;
  const names = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  switch (method) {
    case 'Query': {
      if (first === 'lock') assertLocksKnown(at);
      const fields = names(second);
      return {
        fields: fields.map((name) => ({ name, title: name, kind: 'unknown', doc: '' })),
        data: queryRows(first, fields, third, config, at.jobs.values(), {
          locks: lockRows(config, at),
          live: liveNode(ganeti, at, config),
        }),
      };
    }
    case 'QueryNodes':
    case 'QueryInstances':
      return queryPlain(
        method === 'QueryNodes' ? 'node' : 'instance',
        names(first),
        names(second),
        config,
        at,
      );
    case 'QueryJobs': {
      const ids = names(first).map(Number);
      const jobs = ids.length === 0 ? [...at.jobs.values()] : ids.flatMap((id) => at.jobs.get(id) ?? []);
      return plainRows(queryRows('job', names(second), null, config, jobs));
    }
    case 'QueryClusterInfo':
      return clusterInfo(config);
    case 'QueryConfigValues':
      return names(first).map((field) => configValue(at, config, field));
    case 'QueryTags':
      return tagsOf(config, first, second);
    case 'SubmitJob':
      if (isDrained(at)) throw new OpcodeError('GenericError', 'Queue drained');
      return accept(ganeti, at, first);
    case 'SubmitJobToDrainedQueue':
      return accept(ganeti, at, first);
    case 'SubmitManyJobs':
      if (isDrained(at)) throw new OpcodeError('GenericError', 'Queue drained');
      return acceptMany(ganeti, at, Array.isArray(first) ? first : []);
    case 'CancelJob':
      return cancel(ganeti, at, Number(first), second === true);
    case 'SetDrainFlag': {
      if (first === isDrained(at) && first === false) {
        throw new OpcodeError('GenericError', `${DATA_DIR}/queue/drain: does not exist`);
      }
      if (!setDrained(ganeti, at, first === true))
        throw new OpcodeError('GenericError', 'No space left on device');
      return true;
    }
    default:
      throw new Error(`Unknown method ${String(method)}`);
  }
}

function queryPlain(
  what: 'node' | 'instance',
  wanted: readonly string[],
  fields: readonly string[],
  config: Configuration,
  at: GanetiHost,
): readonly unknown[] {
  const filter = wanted.length === 0 ? null : ['|', ...wanted.map((name) => ['==', 'name', name])];
  return plainRows(queryRows(what, fields, filter, config, at.jobs.values()));
}

function clusterInfo(config: Configuration): unknown {
  const { cluster } = config;
  return {
    name: cluster.cluster_name,
    master: masterOf(config)?.name ?? '',
    tags: cluster.tags,
    candidate_pool_size: cluster.candidate_pool_size,
    default_iallocator: cluster.default_iallocator,
    software_version: '3.0.2',
    enabled_hypervisors: ['fake'],
    hvparams: { fake: {} },
    maintain_node_health: false,
    master_netdev: cluster.master_netdev,
    master_netmask: 32,
    primary_ip_version: 4,
    use_external_mip_script: false,
  };
}

function tagsOf(config: Configuration, kind: unknown, name: unknown): readonly string[] {
  if (kind === 'cluster') return config.cluster.tags;
  const among = { node: config.nodes, instance: config.instances, nodegroup: config.nodegroups };
  const all: Readonly<Record<string, { readonly name: string; readonly tags: readonly string[] }>> =
    kind === 'node' || kind === 'instance' || kind === 'nodegroup' ? among[kind] : {};
  return Object.values(all).find((one) => one.name === name)?.tags ?? [];
}

/** A job that depends on `-1` depends on the one before it in the same call (Types.hs:750). */
function acceptMany(ganeti: Ganeti, at: GanetiHost, jobs: readonly unknown[]): readonly unknown[] {
  const ids: (number | undefined)[] = [];
  const absolute = (dependency: unknown): unknown => {
    const [id, states]: readonly unknown[] = Array.isArray(dependency) ? dependency : [];
    return typeof id === 'number' && id < 0 ? [ids.at(id), states] : dependency;
  };
  const resolved = (op: unknown): unknown =>
    typeof op === 'object' && op !== null && 'depends' in op && Array.isArray(op.depends)
      ? { ...op, depends: op.depends.map(absolute) }
      : op;
  return jobs.map((ops) => {
    try {
      const id = accept(ganeti, at, Array.isArray(ops) ? ops.map(resolved) : ops);
      ids.push(id);
      return [true, id];
    } catch (error) {
      if (!(error instanceof OpcodeError)) throw error;
      ids.push(undefined);
      return [false, error.message];
    }
  });
}

function configValue(at: GanetiHost, config: Configuration, field: string): unknown {
  switch (field) {
    case 'cluster_name':
      return config.cluster.cluster_name;
    case 'master_node':
      return masterOf(config)?.name ?? null;
    case 'drain_flag':
      return isDrained(at);
    default:
      return null;
  }
}

function accept(ganeti: Ganeti, at: GanetiHost, given: unknown): number {
  const ops = parseOps(given);
  const words = ganeti.faults.submit?.(ops);
  if (words !== undefined) throw new OpcodeError('GenericError', words);
  if (at.jobs.size >= MOST_JOBS) throw new OpcodeError('JobQueueFull', `Job queue is full`);
  const kept = at.host.disk.write(`${DATA_DIR}/queue/serial`, `${at.lastJob + 1}\n`);
  if (kept.kind === 'failed') throw new OpcodeError('GenericError', kept.message);
  return submit(ganeti, at, ops);
}

/** As strict as luxid: see src/ganeti/opcodes.ts for what it does not take. */
function parseOps(given: unknown): readonly Opcode[] {
  const ops: readonly unknown[] = Array.isArray(given) ? given : [];
  if (ops.length === 0) throw new Error('Failed to parse request: SubmitJob: no opcodes');
  return ops.map((op) => {
    const { OP_ID: id, ...rest }: Readonly<Record<string, unknown>> =
      typeof op === 'object' && op !== null ? { ...op } : {};
    if (typeof id !== 'string') throw new Error("Failed to parse request: SubmitJob: key 'OP_ID' not found");
    if (!('reason' in rest)) throw new Error("Failed to parse request: SubmitJob: key 'reason' not found");
    if (/[^\x00-\x7f]/.test(JSON.stringify(rest.reason))) {
      throw new OpcodeError('GenericError', 'commitBuffer: invalid argument (invalid character)');
    }
    return { OP_ID: id, ...rest };
  });
}
