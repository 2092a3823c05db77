// STARTUP and SHUTDOWN as lib/cmdlib/instance_operation.py has them.

import { type InstanceEntry, withInstance } from './ganeti-configuration.ts';
import {
  checkMemory,
  checkOnline,
  entryOf,
  instanceOf,
  mustCall,
  prerequisite,
} from './ganeti-instance-checks.ts';
import { runHere, stopHere } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';

export async function startUp(operation: Operation): Promise<null> {
  const { op, config, now } = operation;
  const entry = instanceOf(operation);
  if (entry.admin_state === 'offline') throw outside(entry.name);
  const away = entryOf(operation, entry.primary_node).offline;
  const up = { ...entry, admin_state: 'up' as const };
  if (!away || op.ignore_offline_nodes !== true) {
    checkOnline(operation, entry.primary_node);
    const running = await mustCall(
      operation,
      entry.primary_node,
      `Error checking node ${entry.primary_node}`,
      (at) => at.instances.has(entry.name),
    );
    if (!running) await checkMemory(operation, entry.primary_node, entry, 'starting instance');
  }
  if (entry.admin_state !== 'up') await operation.save(withInstance(config(), up, now()));
  if (!away) await start(operation, up);
  return null;
}

function outside(name: string): OpcodeError {
  return prerequisite(
    `Instance '${name}' is marked to be offline, can't use instance from outside down, up states`,
    'wrong_state',
  );
}

export async function shutDown(operation: Operation): Promise<null> {
  const { op, ganeti, config, now } = operation;
  const entry = instanceOf(operation);
  const { name, primary_node: on } = entry;
  if (entry.admin_state === 'offline') throw outside(name);
  const away = entryOf(operation, on).offline;
  if (!away || op.ignore_offline_nodes !== true) checkOnline(operation, on);
  if (entry.admin_state === 'up') {
    await operation.save(withInstance(config(), { ...entry, admin_state: 'down' }, now()));
  }
  if (!away) {
    await mustCall(operation, on, `Could not shutdown instance '${name}'`, (at) =>
      stopHere(ganeti, at, name),
    );
  }
  return null;
}

/** On its primary. Throws OpcodeError. */
export async function start(operation: Operation, entry: InstanceEntry): Promise<void> {
  const { ganeti } = operation;
  const { name, primary_node: on } = entry;
  const copy = await mustCall(operation, on, "Can't activate the instance's disks", (at) =>
    at.copies.get(name),
  );
  if (copy?.state === 'incomplete')
    throw new OpcodeError('OpExecError', "Can't activate the instance's disks");
  await mustCall(operation, on, `Could not start instance ${name} on node ${on}`, (at) =>
    runHere(ganeti, at, entry),
  );
}
