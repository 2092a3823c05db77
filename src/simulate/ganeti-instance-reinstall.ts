import { checkDown, checkOnline, instanceOf, mustCall, prerequisite } from './ganeti-instance-checks.ts';
import { copyOf, isLocal } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';
import type { Copy } from './ganeti-state.ts';

const INSTALL_MS = 500;

/** Runs the operating system's create script on the disks as they are; what was on them is gone. */
export async function reinstall(operation: Operation): Promise<null> {
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
