// What Ganeti's opcodes on instances check before they do anything, in its words (lib/cmdlib/common.py, instance_utils.py).

import { type InstanceEntry, type NodeEntry, nodeNamed } from './ganeti-configuration.ts';
import { freeMemory } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';
import { callNode, LIMIT_MS, type Said } from './ganeti-rpc.ts';
import type { GanetiHost } from './ganeti-state.ts';

export function prerequisite(
  text: string,
  code: 'wrong_input' | 'wrong_state' | 'environment_error',
): OpcodeError {
  return new OpcodeError('OpPrereqError', text, code);
}

/** Throws OpcodeError where there is none of this name. */
export function instanceOf({ op, config }: Operation, name: unknown = op.instance_name): InstanceEntry {
  const found = config().instances[String(name)];
  if (found !== undefined) return found;
  throw new OpcodeError('OpPrereqError', `Instance '${String(name)}' not known`, 'unknown_entity');
}

/** The entry of a node that the configuration names. */
export function entryOf({ config }: Operation, name: string): NodeEntry {
  const node = nodeNamed(config(), name);
  if (node === undefined)
    throw new OpcodeError('OpPrereqError', `Node '${name}' not known`, 'unknown_entity');
  return node;
}

export function checkOnline(operation: Operation, name: string, words = "Can't use offline node"): void {
  if (entryOf(operation, name).offline) throw prerequisite(`${words}: ${name}`, 'wrong_state');
}

export function checkNotDrained(operation: Operation, name: string): void {
  if (entryOf(operation, name).drained) throw prerequisite(`Can't use drained node ${name}`, 'wrong_state');
}

export function checkVmCapable(operation: Operation, name: string): void {
  if (!entryOf(operation, name).vm_capable) {
    throw prerequisite(`Can't use non-vm_capable node ${name}`, 'wrong_state');
  }
}

/** CheckInstanceState for what must not run: where its node is offline, nobody is asked whether it does. */
export async function checkDown(
  operation: Operation,
  entry: InstanceEntry,
  states: readonly InstanceEntry['admin_state'][],
  words: string,
): Promise<void> {
  if (!states.includes(entry.admin_state)) {
    throw prerequisite(
      `Instance '${entry.name}' is marked to be ${entry.admin_state}, ${words}`,
      'wrong_state',
    );
  }
  if (entryOf(operation, entry.primary_node).offline) return;
  const said = await callInstanceNode(operation, entry.primary_node, (at) => at.instances.has(entry.name));
  if (said.kind === 'failed') {
    throw prerequisite(`Can't contact node '${entry.primary_node}': ${said.message}`, 'environment_error');
  }
  if (said.value) throw prerequisite(`Instance ${entry.name} is running, ${words}`, 'wrong_state');
}

export async function checkMemory(
  operation: Operation,
  on: string,
  { name, memory }: InstanceEntry,
  doing: string,
): Promise<void> {
  const said = await callInstanceNode(operation, on, (at) =>
    freeMemory(operation.ganeti, operation.config(), at),
  );
  if (said.kind === 'failed') {
    throw prerequisite(`Can't get data from node ${on}: ${said.message}`, 'environment_error');
  }
  if (said.value >= memory) return;
  throw new OpcodeError(
    'OpPrereqError',
    `Not enough memory on node ${on} for ${doing} ${name}: needed ${memory} MiB, available ${said.value} MiB`,
    'insufficient_resources',
  );
}

/** A call as Ganeti makes it for instances: one that is marked offline is not called at all. */
export async function callInstanceNode<T>(
  operation: Operation,
  name: string,
  act: (at: GanetiHost) => T,
): Promise<Said<T>> {
  const { ganeti, errand } = operation;
  if (entryOf(operation, name).offline) return { kind: 'failed', message: 'Node is marked offline' };
  return await callNode(ganeti, errand, ganeti.named(name), act, LIMIT_MS.normal);
}

/** The same where a failure fails the opcode; `words` go before the reason. Throws OpcodeError. */
export async function mustCall<T>(
  operation: Operation,
  name: string,
  words: string,
  act: (at: GanetiHost) => T,
): Promise<T> {
  const said = await callInstanceNode(operation, name, act);
  if (said.kind === 'failed') throw new OpcodeError('OpExecError', `${words}: ${said.message}`);
  return said.value;
}
