import type { Opcode } from '../ganeti/opcodes.ts';
import { type Configuration, nodeNamed } from './ganeti-configuration.ts';

/** The nodes whose locks an opcode needs, all of them exclusively. */
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
      return op.kind === 'node' ? full([op.name]) : [];
    case 'OP_TEST_DELAY':
      return op.no_locks === false && Array.isArray(op.on_nodes) ? full(op.on_nodes) : [];
    default:
      return [];
  }
}
