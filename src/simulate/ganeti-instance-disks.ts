// REPLACE_DISKS, RECREATE_DISKS and ACTIVATE_DISKS as lib/cmdlib/instance_storage.py has them.

import { type InstanceEntry, withInstance } from './ganeti-configuration.ts';
import { allocate, allocatorOf } from './ganeti-iallocator.ts';
import {
  callInstanceNode,
  checkDown,
  checkNotDrained,
  checkOnline,
  checkVmCapable,
  entryOf,
  instanceOf,
  mustCall,
  prerequisite,
} from './ganeti-instance-checks.ts';
import { becomeEqual, isLocal, removeCopy, setMirror } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';

/** A small disk, over a fast network. */
const SYNC_MS = 10_000;

/** Only `replace_new_secondary`. */
export async function replaceDisks(operation: Operation): Promise<null> {
  const { op, ganeti, config, now } = operation;
  const entry = instanceOf(operation);
  const { name, primary_node: primary, secondary_node: old } = entry;
  if (entry.disk_template !== 'drbd' || old === undefined) {
    throw prerequisite('Can only run replace disks for DRBD8-based instances', 'wrong_input');
  }
  if (op.mode !== 'replace_new_secondary') {
    throw prerequisite(`the simulated Ganeti knows no mode ${String(op.mode)}`, 'wrong_input');
  }
  const fresh = await newSecondary(operation, entry, old);
  if (fresh === primary)
    throw prerequisite('The specified node is the primary node of the instance', 'wrong_input');
  if (fresh === old) {
    throw prerequisite('The specified node is already the secondary node of the instance', 'wrong_input');
  }
  checkNotDrained(operation, fresh);
  checkVmCapable(operation, fresh);
  checkOnline(operation, fresh);
  checkOnline(operation, primary);
  const early = op.early_release === true || entryOf(operation, old).offline;
  const mine = await mustCall(operation, primary, `Error checking disk/0 on node ${primary}`, (at) =>
    at.copies.get(name),
  );
  // One that is behind, and on which the instance runs all the same, is all there is.
  if (mine === undefined || mine.state === 'incomplete' || mine.state === 'blank') {
    throw new OpcodeError(
      'OpExecError',
      `Node ${primary} has degraded storage, unsafe to replace disks for instance ${name}`,
    );
  }
  await mustCall(operation, fresh, "Can't create block device", (at) =>
    at.copies.set(name, { ...mine, state: 'incomplete' }),
  );
  await operation.save(withInstance(config(), { ...entry, secondary_node: fresh }, now()));
  setMirror(ganeti, name, [primary, fresh]);
  const releaseOld = async (): Promise<void> => {
    await callInstanceNode(operation, old, (at) => removeCopy(ganeti, at, name));
  };
  if (early) await releaseOld();
  await synchronise(operation, name, primary, fresh);
  if (!early) await releaseOld();
  return null;
}

async function newSecondary(operation: Operation, entry: InstanceEntry, old: string): Promise<string> {
  const { op } = operation;
  if (typeof op.remote_node !== 'string' && typeof op.iallocator !== 'string') {
    throw prerequisite(
      'When changing the secondary either an iallocator script must be used or the new node given',
      'wrong_input',
    );
  }
  const allocator = allocatorOf(operation, 'remote_node');
  const [chosen] =
    allocator === undefined
      ? [entryOf(operation, String(op.remote_node)).name]
      : await allocate(operation, allocator, entry, { count: 1, without: [entry.primary_node, old] });
  return chosen ?? entry.primary_node;
}

/** DRBD copies by itself, whoever waits for it; where one of the hosts goes meanwhile, the copy stays what it was. */
function beginSync({ ganeti }: Operation, name: string, from: string, to: string): void {
  ganeti.world.clock.after(SYNC_MS, () => {
    const [source, target] = [ganeti.named(from), ganeti.named(to)];
    const mirror = ganeti.mirrors.get(name) ?? [];
    if (source === undefined || target === undefined || !mirror.includes(from) || !mirror.includes(to))
      return;
    if (target.copies.has(name) && ganeti.world.connected(source.host, target.host)) {
      becomeEqual(ganeti, source, target, name);
    }
  });
}

async function synchronise(operation: Operation, name: string, from: string, to: string): Promise<void> {
  beginSync(operation, name, from, to);
  await operation.errand.sleep(SYNC_MS);
  if (operation.ganeti.named(to)?.copies.get(name)?.state === 'good') return;
  throw new OpcodeError('OpExecError', 'Cannot resync disks: DRBD device is degraded');
}

/** All disks, on new nodes where an allocator or nodes are given: empty ones; what is elsewhere stays where it is. */
export async function recreateDisks(operation: Operation): Promise<null> {
  const { op, ganeti, config, now } = operation;
  const entry = instanceOf(operation);
  const { name, primary_node: primary, secondary_node: secondary } = entry;
  const given = Array.isArray(op.nodes) ? op.nodes.map(String) : [];
  const allocator = typeof op.iallocator === 'string' && op.iallocator !== '' ? op.iallocator : undefined;
  const old = [primary, ...(secondary === undefined ? [] : [secondary])];
  if (given.length > 0 && given.length !== old.length) {
    throw prerequisite(
      `Instance ${name} currently has ${old.length} nodes, but ${given.length} replacement nodes were specified`,
      'wrong_input',
    );
  }
  if (allocator === undefined) checkOnline(operation, given[0] ?? primary);
  if (entry.disk_template === 'diskless') {
    throw prerequisite(`Instance '${name}' has no disks`, 'wrong_input');
  }
  const moves = allocator !== undefined || given.length > 0;
  if (!(moves && entryOf(operation, primary).offline)) {
    await checkDown(operation, entry, ['down', 'offline'], 'cannot recreate disks');
  }
  const nodes =
    allocator === undefined
      ? given.map((node) => entryOf(operation, node).name)
      : await allocate(operation, allocator, entry, { count: old.length, without: [] });
  if (op.dry_run === true) return null;
  const [first = primary, second = secondary] = nodes;
  const moved = { ...entry, primary_node: first, secondary_node: second };
  await operation.save(withInstance(config(), moved, now()));
  setMirror(ganeti, name, second === undefined ? [first] : [first, second]);
  for (const node of second === undefined ? [first] : [first, second]) {
    await mustCall(operation, node, `Can't create block device on node ${node}`, (at) => {
      const blank = { installation: 0, state: 'blank', disk: entry.disk } as const;
      if (isLocal(entry)) at.copies.set(name, blank);
      else ganeti.shared.set(name, blank);
      ganeti.world.log(at.host, `${name}: empty disks`);
    });
  }
  return null;
}

/** The mirror is connected again, and what is behind is brought up to date in time. */
export async function activateDisks(operation: Operation): Promise<null> {
  const { ganeti } = operation;
  const {
    name,
    disk_template: template,
    primary_node: primary,
    secondary_node: secondary,
  } = instanceOf(operation);
  checkOnline(operation, primary);
  await mustCall(operation, primary, "Can't assemble the disks", () => {});
  if (template !== 'drbd' || secondary === undefined) return null;
  const there = await callInstanceNode(operation, secondary, (at) => at.copies.get(name));
  const mine = ganeti.named(primary)?.copies.get(name);
  if (there.kind === 'failed' || there.value?.state === 'good' || mine?.state !== 'good') return null;
  setMirror(ganeti, name, [primary, secondary]);
  beginSync(operation, name, primary, secondary);
  return null;
}
