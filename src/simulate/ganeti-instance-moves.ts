// FAILOVER and MIGRATE as lib/cmdlib/instance_migration.py has them.

import { type InstanceEntry, withInstance } from './ganeti-configuration.ts';
import { allocate, allocatorOf } from './ganeti-iallocator.ts';
import {
  callInstanceNode,
  checkMemory,
  checkNotDrained,
  entryOf,
  instanceOf,
  mustCall,
  prerequisite,
} from './ganeti-instance-checks.ts';
import { start } from './ganeti-instance-running.ts';
import { isLocal, runHere, stopHere } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';

/** A small one, over a fast network. */
const MIGRATE_MS = 5_000;

export async function failover(operation: Operation): Promise<null> {
  const entry = instanceOf(operation);
  const target = await targetOf(operation, entry, 'failovers');
  if (entry.admin_state === 'up') await checkMemory(operation, target, entry, 'migrating instance');
  checkNotDrained(operation, target);
  await executeFailover(operation, entry, target);
  return null;
}

export async function migrate(operation: Operation): Promise<null> {
  const { op } = operation;
  const entry = instanceOf(operation);
  const fallback = op.allow_failover === true;
  const live = entry.admin_state === 'up' || !fallback;
  const target = await targetOf(operation, entry, live ? 'migrations' : 'failovers');
  if (live) await checkMemory(operation, target, entry, 'migrating instance');
  checkNotDrained(operation, target);
  const runs = live
    ? await callInstanceNode(operation, entry.primary_node, (at) => at.instances.has(entry.name))
    : undefined;
  if (runs?.kind === 'ok' && runs.value) {
    await executeMigration(operation, entry, target);
    return null;
  }
  if (!fallback) {
    const why = runs?.kind === 'failed' ? runs.message : `Instance ${entry.name} is not running`;
    throw prerequisite(`Can't migrate, please use failover: ${why}`, 'wrong_state');
  }
  await executeFailover(operation, entry, target);
  return null;
}

/** DRBD goes to its secondary and nowhere else; what all can reach, where the opcode or the allocator says. */
async function targetOf(
  operation: Operation,
  entry: InstanceEntry,
  what: 'failovers' | 'migrations',
): Promise<string> {
  const { op } = operation;
  const { disk_template: template, primary_node: source, secondary_node: secondary } = entry;
  if (template === 'drbd') {
    const given = typeof op.target_node === 'string' ? op.target_node : undefined;
    const allocated = typeof op.iallocator === 'string' && op.iallocator !== '';
    if (secondary === undefined || allocated || (given !== undefined && given !== secondary)) {
      throw prerequisite(
        `Instances with disk types drbd cannot be ${what === 'failovers' ? 'failed over' : 'migrated'} to arbitrary nodes (neither an iallocator nor a target node can be passed)`,
        'wrong_input',
      );
    }
    return secondary;
  }
  if (isLocal(entry)) {
    throw prerequisite(`Instance's disk layout '${template}' does not allow ${what}`, 'wrong_state');
  }
  const allocator = allocatorOf(operation, 'target_node');
  const [chosen] =
    allocator === undefined
      ? [entryOf(operation, String(op.target_node)).name]
      : await allocate(operation, allocator, entry, { count: 1, without: [source] });
  if (chosen === undefined || chosen === source) {
    throw prerequisite(`Cannot migrate instance ${entry.name} to its primary (${source})`, 'wrong_state');
  }
  return chosen;
}

async function executeFailover(operation: Operation, entry: InstanceEntry, target: string): Promise<void> {
  const { ganeti, config, op, now } = operation;
  const { name, primary_node: source, disk_template: template } = entry;
  const away = entryOf(operation, source).offline;
  const up = entry.admin_state === 'up';
  if (template === 'drbd' && up && !away && op.ignore_consistency !== true) {
    const copy = await mustCall(operation, target, `Can't check disk consistency on node ${target}`, (at) =>
      at.copies.get(name),
    );
    if (copy?.state !== 'good') {
      throw new OpcodeError('OpExecError', 'Disk 0 is degraded on target node, aborting failover');
    }
  }
  const stopped = await callInstanceNode(operation, source, (at) => stopHere(ganeti, at, name));
  if (stopped.kind === 'failed' && !away && op.ignore_consistency !== true) {
    throw new OpcodeError(
      'OpExecError',
      `Could not shutdown instance ${name} on node ${source}: ${stopped.message}`,
    );
  }
  const moved = movedTo(entry, target);
  await operation.save(withInstance(config(), moved, now()));
  if (up) await start(operation, moved);
}

async function executeMigration(operation: Operation, entry: InstanceEntry, target: string): Promise<void> {
  const { ganeti, errand, config, now } = operation;
  const { name, primary_node: source, disk_template: template } = entry;
  if (template === 'drbd') {
    const copy = await mustCall(operation, target, `Can't check disk consistency on node ${target}`, (at) =>
      at.copies.get(name),
    );
    if (copy?.state !== 'good') {
      throw new OpcodeError(
        'OpExecError',
        'Disk 0 is degraded or not fully synchronized on target node, aborting migration',
      );
    }
  }
  await errand.sleep(MIGRATE_MS);
  const [from, to] = [ganeti.named(source), ganeti.named(target)];
  // It is the two hosts that hand it over, not the master.
  const met = from !== undefined && to !== undefined && ganeti.world.connected(from.host, to.host);
  if (!met || !from.instances.has(name)) {
    throw new OpcodeError('OpExecError', `Could not migrate instance ${name}: hypervisor returned failure`);
  }
  from.instances.delete(name);
  ganeti.world.log(from.host, `${name} leaves for ${to.host.name}, live`);
  runHere(ganeti, to, entry);
  await operation.save(withInstance(config(), movedTo(entry, target), now()));
}

/** The mirror's roles are exchanged. */
function movedTo(entry: InstanceEntry, target: string): InstanceEntry {
  const mirrored = entry.disk_template === 'drbd';
  return {
    ...entry,
    primary_node: target,
    secondary_node: mirrored ? entry.primary_node : entry.secondary_node,
  };
}
