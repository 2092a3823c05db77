import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import type { Cluster, ClusterInstance } from './cluster.ts';
import { type ClusterOpcode, summaryOf } from './opcode.ts';
import { failover, migrate, move } from './opcode-moves.ts';
import { changeTags } from './opcode-tags.ts';
import { isUsable, place } from './placement.ts';

/**
 * Does to the cluster what the opcode does, with the checks of Ganeti's that matter to a repair, and returns its
 * result. Throws OpcodeError, and then nothing has changed.
 */
export function perform(cluster: Cluster, op: ClusterOpcode): unknown {
  switch (op.OP_ID) {
    case 'OP_TAGS_SET':
    case 'OP_TAGS_DEL':
      return changeTags(cluster, op);
    case 'OP_NODE_SET_PARAMS':
      return setNodeFlags(cluster, op);
    case 'OP_TEST_DELAY':
    case 'OP_GROUP_VERIFY_DISKS':
    case 'OP_CLUSTER_REDIST_CONF':
      return null;
  }
  const instance = cluster.findInstance(op.instance_name);
  if (instance === undefined)
    throw new OpcodeError(
      'OpPrereqError',
      `Instance '${String(op.instance_name)}' not known`,
      'unknown_entity',
    );
  const result = performOn(cluster, instance, op);
  if (op.dry_run !== true) instance.history.push(summaryOf(op));
  return result;
}

function performOn(cluster: Cluster, instance: ClusterInstance, op: ClusterOpcode): unknown {
  switch (op.OP_ID) {
    case 'OP_INSTANCE_FAILOVER':
      return failover(cluster, instance, op);
    case 'OP_INSTANCE_MIGRATE':
      return migrate(cluster, instance, op);
    case 'OP_INSTANCE_MOVE':
      return move(cluster, instance, op);
    case 'OP_INSTANCE_REPLACE_DISKS':
      return replaceSecondary(cluster, instance, op);
    case 'OP_INSTANCE_RECREATE_DISKS':
      return recreateDisks(cluster, instance, op);
    case 'OP_INSTANCE_REINSTALL':
      return reinstall(cluster, instance);
    case 'OP_INSTANCE_STARTUP':
      needsPrimary(cluster, instance);
      instance.adminState = 'up';
      instance.running = true;
      return null;
    case 'OP_INSTANCE_SHUTDOWN':
      if (op.ignore_offline_nodes !== true) needsPrimary(cluster, instance);
      instance.adminState = 'down';
      instance.running = false;
      return null;
    case 'OP_INSTANCE_ACTIVATE_DISKS':
    case 'OP_INSTANCE_DEACTIVATE_DISKS':
      needsPrimary(cluster, instance);
      return null;
    default:
      throw new OpcodeError('OpPrereqError', `the described cluster cannot do ${op.OP_ID}`);
  }
}

function needsPrimary(cluster: Cluster, { pnode }: ClusterInstance): void {
  const primary = cluster.node(pnode);
  if (primary.offline) throw new OpcodeError('OpPrereqError', `Can't use offline node`, 'wrong_state');
  if (primary.silent) throw new OpcodeError('OpExecError', `Error while contacting node ${pnode}: timed out`);
}

function replaceSecondary(cluster: Cluster, instance: ClusterInstance, op: ClusterOpcode): unknown {
  if (instance.template !== 'drbd' || op.mode !== 'replace_new_secondary')
    throw new OpcodeError(
      'OpPrereqError',
      'Can only run replace disks for DRBD8-based instances',
      'wrong_input',
    );
  needsPrimary(cluster, instance);
  const taken = [instance.pnode, instance.snode ?? ''];
  const given =
    op.remote_node === undefined || op.remote_node === null ? undefined : cluster.findNode(op.remote_node);
  const node = given ?? place(cluster, instance, 'secondary', taken);
  if (!isUsable(node)) throw new OpcodeError('OpPrereqError', `Can't use node ${node.name}`, 'wrong_state');
  instance.snode = node.name;
  return null;
}

/**
 * Its check of the state is left out only where the primary is marked offline (instance_storage.py:983). A node that is
 * named may be drained (run, 3.0.2); none named and no allocator: the nodes it has.
 */
function recreateDisks(cluster: Cluster, instance: ClusterInstance, op: ClusterOpcode): unknown {
  if (!cluster.node(instance.pnode).offline && instance.adminState === 'up')
    throw new OpcodeError(
      'OpPrereqError',
      `Instance '${instance.name}' is marked to be up, cannot recreate disks`,
      'wrong_state',
    );
  const [primary, secondary] = nodesForDisks(cluster, instance, op);
  if (op.dry_run === true) return null;
  instance.pnode = primary;
  instance.snode = secondary;
  instance.running = false;
  instance.blank = true;
  return null;
}

function nodesForDisks(
  cluster: Cluster,
  instance: ClusterInstance,
  { nodes, iallocator }: ClusterOpcode,
): readonly [string, string | undefined] {
  const [first, second]: readonly unknown[] = Array.isArray(nodes) ? nodes : [];
  if (typeof first === 'string') return [first, typeof second === 'string' ? second : undefined];
  if (typeof iallocator !== 'string') {
    needsPrimary(cluster, instance);
    return [instance.pnode, instance.snode];
  }
  const not = [instance.pnode, instance.snode ?? ''];
  const primary = place(cluster, instance, 'primary', not).name;
  if (instance.template !== 'drbd') return [primary, undefined];
  return [primary, place(cluster, instance, 'secondary', [...not, primary]).name];
}

function reinstall(cluster: Cluster, instance: ClusterInstance): unknown {
  if (cluster.node(instance.pnode).offline)
    throw new OpcodeError(
      'OpPrereqError',
      `Instance '${instance.name}': primary node offline, cannot reinstall`,
      'wrong_state',
    );
  needsPrimary(cluster, instance);
  if (instance.adminState !== 'down')
    throw new OpcodeError(
      'OpPrereqError',
      `Instance '${instance.name}' is marked to be ${instance.adminState}, cannot reinstall`,
      'wrong_state',
    );
  instance.blank = false;
  return null;
}

function setNodeFlags(cluster: Cluster, op: ClusterOpcode): unknown {
  const node = cluster.findNode(op.node_name);
  if (node === undefined)
    throw new OpcodeError('OpPrereqError', `Node '${String(op.node_name)}' not known`, 'unknown_entity');
  const changed: [string, string][] = [];
  for (const flag of ['offline', 'drained'] as const) {
    const wanted = op[flag];
    if (typeof wanted !== 'boolean') continue;
    node[flag] = wanted;
    changed.push([flag, wanted ? 'True' : 'False']);
  }
  return changed;
}
