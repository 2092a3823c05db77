import type { InstanceEntry, NodeEntry } from './ganeti-configuration.ts';
import { callInstanceNode, prerequisite } from './ganeti-instance-checks.ts';
import { freeDisk, isLocal, reservedMemory } from './ganeti-instances.ts';
import { OpcodeError } from './ganeti-opcode-error.ts';
import type { Operation } from './ganeti-opcodes.ts';

/** The iallocator that an opcode names or falls back on; throws OpcodeError where there is none, or a node as well. */
export function allocatorOf(
  operation: Operation,
  nodeSlot: 'target_node' | 'remote_node',
): string | undefined {
  const { op, config } = operation;
  const named = typeof op.iallocator === 'string' && op.iallocator !== '';
  const node = typeof op[nodeSlot] === 'string';
  if (named && node) throw prerequisite('Do not specify both, iallocator and node', 'wrong_input');
  if (node) return undefined;
  const name = named ? String(op.iallocator) : config().cluster.default_iallocator;
  if (name !== '') return name;
  throw prerequisite(
    'No iallocator or node given and no cluster-wide default iallocator found; please specify either an iallocator or a node, or set a cluster-wide default iallocator',
    'wrong_input',
  );
}

/**
 * What hail chooses, names of so many nodes. Ganeti asks all nodes that are neither offline nor drained first, and one
 * that does not answer fails the whole (lib/masterd/iallocator.py:732).
 */
export async function allocate(
  operation: Operation,
  allocator: string,
  entry: InstanceEntry,
  { count, without }: { readonly count: number; readonly without: readonly string[] },
): Promise<readonly string[]> {
  const { ganeti, config } = operation;
  const usable: { readonly node: NodeEntry; readonly memory: number; readonly disk: number }[] = [];
  for (const node of Object.values(config().nodes)) {
    if (node.offline || node.drained || !node.vm_capable) continue;
    const said = await callInstanceNode(operation, node.name, (at) => ({
      node,
      memory: ganeti.nodeMemory - reservedMemory(config(), at),
      disk: freeDisk(ganeti, at),
    }));
    if (said.kind === 'failed') {
      throw new OpcodeError('OpExecError', `Can't get data for node ${node.name}: ${said.message}`);
    }
    usable.push(said.value);
  }
  const needed = { memory: entry.memory, disk: isLocal(entry) ? entry.disk : 0 };
  const elsewhere = usable.filter(({ node }) => !without.includes(node.name));
  const fitting = elsewhere
    .filter(({ memory, disk }) => memory >= needed.memory && disk >= needed.disk)
    .toSorted((one, other) => other.memory - one.memory || other.disk - one.disk);
  if (fitting.length >= count) return fitting.slice(0, count).map(({ node }) => node.name);
  const why = (memory: number): string => (memory < needed.memory ? 'FailMem' : 'FailDisk');
  const failures = elsewhere.map(({ node, memory }) => `Node ${node.name} failed: ${why(memory)};`);
  throw new OpcodeError(
    'OpPrereqError',
    `Can't compute nodes using iallocator '${allocator}': Request failed: Can't find any good node: ${failures.join(' ')}`,
    'insufficient_resources',
  );
}
