import type { Opcode } from '../ganeti/opcodes.ts';
import { type Configuration, nodeNamed } from './ganeti-configuration.ts';
import { isLocal } from './ganeti-instances.ts';

/** Before the instance's name. */
export const INSTANCE_LOCK = 'instance/';

/** The locks an opcode needs, all of them exclusively: names of nodes, and `instance/NAME`. */
export function locksOf(op: Opcode, config: Configuration): readonly string[] {
  const all = Object.values(config.nodes).map(({ name }) => name);
  const full = (names: readonly unknown[]): readonly string[] =>
    names.flatMap((name) => (typeof name === 'string' ? [nodeNamed(config, name)?.name ?? name] : []));
  switch (op.OP_ID) {
    case 'OP_NODE_SET_PARAMS':
      // auto_promote may change any of them (lib/cmdlib/node.py:533).
      return op.auto_promote === true ? all : full([op.node_name]);
    case 'OP_OOB_COMMAND':
      return Array.isArray(op.node_names) && op.node_names.length > 0 ? full(op.node_names) : all;
    case 'OP_TAGS_SET':
    case 'OP_TAGS_DEL':
      if (op.kind === 'instance') return [instanceLock(op.name)];
      return op.kind === 'node' ? full([op.name]) : [];
    case 'OP_TEST_DELAY':
      return op.no_locks === false && Array.isArray(op.on_nodes) ? full(op.on_nodes) : [];
    default:
      if (!op.OP_ID.startsWith('OP_INSTANCE_')) return [];
      return [instanceLock(op.instance_name), ...full(nodesOf(op, config) ?? all)];
  }
}

function instanceLock(name: unknown): string {
  return `${INSTANCE_LOCK}${String(name)}`;
}

/** Undefined: all nodes, out of which an allocator is to choose. */
function nodesOf(op: Opcode, config: Configuration): readonly unknown[] | undefined {
  const entry = config.instances[String(op.instance_name)];
  if (entry === undefined) return [];
  const own = [entry.primary_node, entry.secondary_node];
  const allocated = typeof op.iallocator === 'string' && op.iallocator !== '';
  switch (op.OP_ID) {
    case 'OP_INSTANCE_FAILOVER':
    case 'OP_INSTANCE_MIGRATE':
      // Without a target what lies on shared storage may go anywhere (instance_migration.py:86).
      if (entry.disk_template === 'drbd' || isLocal(entry)) return own;
      return typeof op.target_node === 'string' ? [entry.primary_node, op.target_node] : undefined;
    case 'OP_INSTANCE_MOVE':
      return [entry.primary_node, op.target_node];
    case 'OP_INSTANCE_REPLACE_DISKS':
      return allocated ? undefined : [...own, op.remote_node];
    case 'OP_INSTANCE_RECREATE_DISKS':
      return allocated ? undefined : Array.isArray(op.nodes) && op.nodes.length > 0 ? op.nodes : own;
    default:
      return [];
  }
}
