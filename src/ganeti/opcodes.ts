import { fullName, type JobReason, type Opcode, OpcodeRefusedError, opcode } from './opcode.ts';

export { type JobReason, type Opcode, OpcodeRefusedError };

/**
 * Marks a node offline. `autoPromote` makes the job lock all nodes (lib/cmdlib/node.py:533), so set it only where
 * `needsAutoPromote` says so. Ganeti refuses it for the master; for a node already offline it changes nothing.
 */
export function offlineNode(
  node: string,
  { autoPromote }: { readonly autoPromote: boolean },
  why: JobReason,
): Opcode {
  const name = nodeName('OP_NODE_SET_PARAMS', node);
  return opcode(
    'OP_NODE_SET_PARAMS',
    { node_name: name, force: false, offline: true, auto_promote: autoPromote },
    why,
  );
}

/** What `changeNode` can do to a node's flags; of the three states at most one may be set to true at a time. */
export interface NodeChange {
  readonly offline?: false;
  readonly drained?: boolean;
  readonly master_candidate?: false;
  /** What Ganeti remembers of the power; refused for a node without an out-of-band program. */
  readonly powered?: true;
  readonly auto_promote?: boolean;
}

/**
 * Drains, undrains or takes back a node. Undraining and taking back make it a candidate again where the pool has room,
 * also one that is not master capable (ganeti issue 1682); leaving candidacy needs `auto_promote` as for `offlineNode`.
 * Taking back is refused where noded on the node does not answer Ganeti (lib/cmdlib/node.py:712).
 */
export function changeNode(node: string, change: NodeChange, why: JobReason): Opcode {
  const name = nodeName('OP_NODE_SET_PARAMS', node);
  return opcode('OP_NODE_SET_PARAMS', { node_name: name, force: false, auto_promote: false, ...change }, why);
}

/**
 * Asks the node's own noded to reboot in five seconds: best effort, no lock, no fencing. `force` is left false, so
 * Ganeti refuses it for the master.
 */
export function powercycleNode(node: string, why: JobReason): Opcode {
  return opcode('OP_NODE_POWERCYCLE', { node_name: nodeName('OP_NODE_POWERCYCLE', node), force: false }, why);
}

/**
 * Runs the node's out-of-band program with `power-off`. Ganeti refuses it for the master and for a node that is
 * not marked offline (`ignore_status` stays false, lib/cmdlib/misc.py:117), so let it follow the offline job with
 * `onlyAfter`. The job succeeds even where the power-off failed: read `oobResults`.
 */
export function powerOffNode(node: string, why: JobReason): Opcode {
  return opcode(
    'OP_OOB_COMMAND',
    {
      node_names: [nodeName('OP_OOB_COMMAND', node)],
      command: 'power-off',
      timeout: 60,
      ignore_status: false,
      power_delay: 2.0,
    },
    why,
  );
}

/** Pushes configuration and ssconf to all nodes that are not offline. */
export function redistributeConfig(why: JobReason): Opcode {
  return opcode('OP_CLUSTER_REDIST_CONF', {}, why);
}

/** Brings up the master IP on the master node; fails where another host has the address. */
export function activateMasterIpAddress(why: JobReason): Opcode {
  return opcode('OP_CLUSTER_ACTIVATE_MASTER_IP', {}, why);
}

/** The same opcode, run only once that job has succeeded; where it fails, this one ends in error, too. */
export function onlyAfter(op: Opcode, jobId: number): Opcode {
  return { ...op, depends: [[jobId, ['success']]] };
}

function nodeName(opId: string, node: string): string {
  return fullName(opId, node, 'node');
}
