import type { Opcode } from '../ganeti/opcodes.ts';
import { STORY_BEGINS_MS } from './env.ts';
import {
  type Configuration,
  masterOf,
  type NodeEntry,
  nodeNamed,
  withCluster,
  withNode,
} from './ganeti-configuration.ts';
import { commit } from './ganeti-distribute.ts';
import { instanceOpcode } from './ganeti-instance-opcodes.ts';
import { bringUpMasterIp, takeDownMasterIp } from './ganeti-master-ip.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import { callNode, hang, LIMIT_MS } from './ganeti-rpc.ts';
import { setNodeParams } from './ganeti-set-params.ts';
import { type Errand, type Ganeti, type GanetiHost, secondsOn } from './ganeti-state.ts';
import { changeTags } from './ganeti-tags.ts';

/** What an opcode does besides waiting for others: Python, hooks on the master, the queue's files. */
const OWN_MS = 600;
const POWERCYCLE_MS = 5_000;
const OOB_MS = 800;

/** An opcode on its way. */
export interface Operation {
  readonly ganeti: Ganeti;
  readonly errand: Errand;
  readonly op: Opcode;
  /** Seconds since the epoch by the master's clock. */
  now(): number;
  /** The configuration at this moment. */
  config(): Configuration;
  /** Saves it and waits until the others that are to have it do, or have timed out. Throws OpcodeError. */
  save(config: Configuration): Promise<void>;
}

/** Runs one opcode whose locks are held to its end; its result. Throws OpcodeError. */
export async function runOpcode(ganeti: Ganeti, errand: Errand, op: Opcode, job: number): Promise<unknown> {
  const fault = ganeti.faults.job?.(op, job);
  if (fault !== undefined && 'stuck' in fault) await errand.sleep(LIMIT_MS.slow);
  if (fault !== undefined && 'slowMs' in fault) await errand.sleep(fault.slowMs);
  await errand.sleep(OWN_MS / 2);
  if (fault !== undefined && 'error' in fault) throw new OpcodeError(fault.error[0], ...fault.error[1]);
  const result = await perform(operation(ganeti, errand, op));
  await errand.sleep(OWN_MS / 2);
  return result;
}

function operation(ganeti: Ganeti, errand: Errand, op: Opcode): Operation {
  const { at } = errand;
  return {
    ...{ ganeti, errand, op },
    now: () => secondsOn(at.host, ganeti.world.clock.now(), STORY_BEGINS_MS),
    config: () => configOfWconfd(at),
    save: async (config) => {
      if (config === at.memory) return;
      const saved = commit(ganeti, at, config);
      if (saved.kind === 'failed') throw new OpcodeError('ConfigurationError', saved.message);
      await at.distributing?.catch(() => {});
      // A wconfd that has ended meanwhile, or a host.
      await errand.sleep(0);
    },
  };
}

function configOfWconfd({ memory, host }: GanetiHost): Configuration {
  if (memory === undefined) throw new OpcodeError('OpExecError', `wconfd on ${host.ganetiName} is gone`);
  return memory;
}

async function perform(operation: Operation): Promise<unknown> {
  const { ganeti, errand, op } = operation;
  switch (op.OP_ID) {
    case 'OP_NODE_SET_PARAMS':
      return await setNodeParams(operation);
    case 'OP_NODE_POWERCYCLE':
      return await powercycle(operation);
    case 'OP_OOB_COMMAND':
      return await outOfBand(operation);
    case 'OP_CLUSTER_REDIST_CONF': {
      errand.at.pushed = undefined;
      await operation.save(withCluster(operation.config(), {}, operation.now()));
      return null;
    }
    case 'OP_CLUSTER_ACTIVATE_MASTER_IP': {
      const trouble = await bringUpMasterIp(ganeti, errand);
      if (trouble !== undefined)
        throw new OpcodeError('OpExecError', `Could not activate the master IP: ${trouble}`);
      return null;
    }
    case 'OP_CLUSTER_DEACTIVATE_MASTER_IP':
      await takeDownMasterIp(ganeti, errand);
      return null;
    case 'OP_TAGS_SET':
    case 'OP_TAGS_DEL':
      return await changeTags(operation);
    case 'OP_TEST_DELAY':
      return await delay(operation);
    default:
      // What is not modelled takes its time and succeeds.
      return (await instanceOpcode(op.OP_ID)?.(operation)) ?? null;
  }
}

/** Throws OpcodeError where there is none of this name. */
export function nodeOf(config: Configuration, name: unknown): NodeEntry {
  const node = typeof name === 'string' ? nodeNamed(config, name) : undefined;
  if (node === undefined)
    throw new OpcodeError('OpPrereqError', `Node ${String(name)} not found`, 'unknown_entity');
  return node;
}

/** By the target's own noded: best effort, no proof of anything. */
async function powercycle({ ganeti, errand, op, config }: Operation): Promise<string> {
  const node = nodeOf(config(), op.node_name);
  if (node.uuid === masterOf(config())?.uuid && op.force !== true) {
    throw new OpcodeError(
      'OpPrereqError',
      'The node is the master and the force parameter was not set',
      'wrong_input',
    );
  }
  const said = await callNode(ganeti, errand, ganeti.named(node.name), (target) => {
    const { boot } = target.host;
    ganeti.world.clock.after(POWERCYCLE_MS, () => {
      if (target.host.boot === boot) powerCycle(ganeti, target);
    });
  });
  if (said.kind === 'failed')
    throw new OpcodeError('OpExecError', `Failed to schedule the reboot: ${said.message}`);
  return 'Reboot scheduled in 5 seconds';
}

function powerCycle({ world, rebootMs }: Ganeti, { host }: GanetiHost): void {
  world.log(host, 'power-cycled by Ganeti');
  world.powerOff(host);
  world.clock.after(rebootMs, () => world.powerOn(host));
}

/** The job succeeds even where the program fails or does not exist: a status per node tells. */
async function outOfBand(operation: Operation): Promise<unknown> {
  const { ganeti, errand, op, config } = operation;
  const names: readonly unknown[] = Array.isArray(op.node_names) ? op.node_names : [];
  const nodes = names.map((name) => nodeOf(config(), name));
  const down = op.command === 'power-off' || op.command === 'power-cycle';
  for (const node of nodes) {
    if (down && node.uuid === masterOf(config())?.uuid) {
      throw new OpcodeError(
        'OpPrereqError',
        `${String(op.command)} is not allowed on the master node`,
        'wrong_input',
      );
    }
    if (op.command === 'power-off' && !node.offline && op.ignore_status !== true) {
      throw new OpcodeError(
        'OpPrereqError',
        `Cannot power off node ${node.name} because it is not marked offline`,
        'wrong_state',
      );
    }
  }
  const results: unknown[] = [];
  for (const node of nodes) {
    const target = ganeti.named(node.name);
    if (node.oob_program === '' || target === undefined) {
      results.push([
        [0, node.name],
        [3, null],
      ]);
      continue;
    }
    await errand.sleep(OOB_MS);
    const done = ganeti.faults.oob?.(target.host) !== false;
    if (done) await operatePower(operation, target, node);
    results.push([[0, node.name], done ? [0, null] : [2, null]]);
  }
  return results;
}

async function operatePower(operation: Operation, target: GanetiHost, node: NodeEntry): Promise<void> {
  const { ganeti, op } = operation;
  const { world } = ganeti;
  switch (op.command) {
    case 'power-off':
      if (target.host.on) world.log(target.host, 'powered off by Ganeti');
      world.powerOff(target.host);
      break;
    case 'power-on':
      world.powerOn(target.host);
      break;
    case 'power-cycle':
      powerCycle(ganeti, target);
      return;
    default:
      return;
  }
  const powered = op.command === 'power-on';
  if (node.powered !== powered) {
    await operation.save(withNode(operation.config(), node, { powered }, operation.now()));
  }
}

/** On the nodes that are named; one that dies meanwhile leaves the job waiting for its answer. */
async function delay({ ganeti, errand, op, config }: Operation): Promise<null> {
  const names: readonly unknown[] = Array.isArray(op.on_nodes) ? op.on_nodes : [];
  const nodes = names.map((name) => nodeOf(config(), name));
  const targets = nodes.flatMap(({ name }) => ganeti.named(name) ?? []);
  const afterMs = Number(op.duration ?? 0) * 1_000;
  if (targets.length === 0) await errand.sleep(afterMs);
  const ends = await Promise.all(
    targets.map((target) => {
      const { host } = target;
      const { boot } = host;
      const given = (): boolean => host.boot === boot && ganeti.world.connected(errand.at.host, host);
      return hang(ganeti, errand, target, LIMIT_MS.slow, { afterMs, given });
    }),
  );
  const bad = ends.find((how) => how !== 'answered');
  if (bad !== undefined) throw new OpcodeError('OpExecError', `Error during test delay: ${bad}`);
  return null;
}
