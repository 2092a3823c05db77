import { withInstance } from './ganeti-configuration.ts';
import {
  callInstanceNode,
  checkMemory,
  checkNotDrained,
  checkOnline,
  checkVmCapable,
  entryOf,
  instanceOf,
  mustCall,
  prerequisite,
} from './ganeti-instance-checks.ts';
import { start } from './ganeti-instance-running.ts';
import { removeCopy, setMirror, stopHere } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';

/** A small one, over a fast network. */
const COPY_MS = 8_000;

/** Stops it, copies the data, removes it from where it was, starts it (lib/cmdlib/instance.py:325). */
export async function move(operation: Operation): Promise<null> {
  const { op, errand, ganeti, config, now } = operation;
  const entry = instanceOf(operation);
  const { name, primary_node: source } = entry;
  if (!['plain', 'file', 'diskless'].includes(entry.disk_template)) {
    throw prerequisite(
      `Instance disk 0 has disk type ${entry.disk_template} and is not suitable for copying`,
      'wrong_state',
    );
  }
  const target = entryOf(operation, String(op.target_node)).name;
  if (target === source)
    throw prerequisite(`Instance ${name} is already on the node ${target}`, 'wrong_state');
  checkOnline(operation, target);
  checkNotDrained(operation, target);
  checkVmCapable(operation, target);
  const up = entry.admin_state === 'up';
  if (up) await checkMemory(operation, target, entry, 'failing over instance');
  await mustCall(operation, source, `Could not shutdown instance ${name} on node ${source}`, (at) =>
    stopHere(ganeti, at, name),
  );
  await mustCall(operation, target, "Can't create block device", (at) =>
    at.copies.set(name, { installation: 0, state: 'blank', disk: entry.disk }),
  );
  await errand.sleep(COPY_MS);
  const copied = await callInstanceNode(operation, source, (at) => at.copies.get(name));
  const arrived = await callInstanceNode(operation, target, (at) => {
    if (copied.kind === 'ok' && copied.value !== undefined) at.copies.set(name, copied.value);
    else removeCopy(ganeti, at, name);
  });
  if (copied.kind === 'failed' || arrived.kind === 'failed') {
    throw new OpcodeError('OpExecError', 'Errors during disk copy: Failed to transfer instance data');
  }
  await operation.save(withInstance(config(), { ...entry, primary_node: target }, now()));
  setMirror(ganeti, name, [target]);
  await callInstanceNode(operation, source, (at) => removeCopy(ganeti, at, name));
  if (up) await start(operation, { ...entry, primary_node: target });
  return null;
}
