// The opcodes on instances, and those that are done on the spot (lib/cmdlib/instance_operation.py).

import { withInstance } from './ganeti-configuration.ts';
import {
  checkDown,
  checkMemory,
  checkOnline,
  entryOf,
  instanceOf,
  mustCall,
  prerequisite,
} from './ganeti-instance-checks.ts';
import { activateDisks, recreateDisks, replaceDisks } from './ganeti-instance-disks.ts';
import { failover, migrate, move, start } from './ganeti-instance-moves.ts';
import { copyOf, isLocal, stopHere } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';
import type { Copy } from './ganeti-state.ts';

const INSTALL_MS = 500;

/** Undefined for an opcode that is none of them. */
export function instanceOpcode(opId: string): ((operation: Operation) => Promise<unknown>) | undefined {
  return Object.hasOwn(OPCODES, opId) ? OPCODES[opId] : undefined;
}

const OPCODES: Readonly<Record<string, (operation: Operation) => Promise<unknown>>> = {
  OP_INSTANCE_FAILOVER: failover,
  OP_INSTANCE_MIGRATE: migrate,
  OP_INSTANCE_MOVE: move,
  OP_INSTANCE_REPLACE_DISKS: replaceDisks,
  OP_INSTANCE_RECREATE_DISKS: recreateDisks,
  OP_INSTANCE_ACTIVATE_DISKS: activateDisks,
  OP_INSTANCE_REINSTALL: reinstall,
  OP_INSTANCE_STARTUP: startUp,
  OP_INSTANCE_SHUTDOWN: shutDown,
};

async function startUp(operation: Operation): Promise<null> {
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

async function shutDown(operation: Operation): Promise<null> {
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

/** Runs the operating system's create script on the disks as they are; what was on them is gone. */
async function reinstall(operation: Operation): Promise<null> {
  const { ganeti, errand } = operation;
  const entry = instanceOf(operation);
  const { name, primary_node: primary, secondary_node: secondary } = entry;
  checkOnline(operation, primary, 'Instance primary node offline, cannot reinstall');
  if (entry.disk_template === 'diskless') {
    throw prerequisite(`Instance '${name}' has no disks`, 'wrong_input');
  }
  await checkDown(operation, entry, ['down'], 'cannot reinstall');
  await errand.sleep(INSTALL_MS);
  const said = `Could not install OS for instance ${name} on node ${primary}`;
  await mustCall(operation, primary, said, (at) => {
    const old = copyOf(ganeti, at, entry);
    if (old === undefined) throw new OpcodeError('OpExecError', `${said}: no disk`);
    const fresh: Copy = { ...old, installation: newestInstallation(operation, name) + 1, state: 'good' };
    if (!isLocal(entry)) ganeti.shared.set(name, fresh);
    else {
      at.copies.set(name, fresh);
      const peer = secondary === undefined ? undefined : ganeti.named(secondary);
      if (peer?.copies.has(name) === true) {
        const reached = ganeti.world.connected(at.host, peer.host);
        peer.copies.set(name, reached ? fresh : { ...fresh, state: 'behind' });
      }
    }
    ganeti.world.log(at.host, `${name}: installed anew`);
  });
  return null;
}

function newestInstallation({ ganeti }: Operation, name: string): number {
  const copies = [ganeti.shared.get(name), ...ganeti.hosts.map((at) => at.copies.get(name))];
  return Math.max(...copies.map((copy) => copy?.installation ?? 0));
}
