import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import type { Cluster, ClusterInstance, ClusterNode } from './cluster.ts';
import type { ClusterOpcode } from './opcode.ts';
import { isUsable, place } from './placement.ts';

/** To DRBD's secondary; to any node for what lies on storage that all can reach (instance_migration.py:335). */
export function failover(cluster: Cluster, instance: ClusterInstance, op: ClusterOpcode): unknown {
  const { name, template } = instance;
  if (template === 'plain' || template === 'file')
    throw new OpcodeError(
      'OpPrereqError',
      `Instance's disk layout '${template}' does not allow failovers`,
      'wrong_state',
    );
  const target = targetOf(cluster, instance, op);
  const primary = cluster.node(instance.pnode);
  if (primary.silent && !primary.offline)
    throw new OpcodeError(
      'OpExecError',
      `Could not shutdown instance ${name} on node ${primary.name}: timed out`,
    );
  arrive(instance, target);
  instance.running = instance.adminState === 'up';
  return null;
}

export function migrate(cluster: Cluster, instance: ClusterInstance, op: ClusterOpcode): unknown {
  const { name, template } = instance;
  if (template === 'plain' || template === 'file')
    throw new OpcodeError(
      'OpPrereqError',
      `Instance's disk layout '${template}' does not allow migrations`,
      'wrong_state',
    );
  const primary = cluster.node(instance.pnode);
  if (!instance.running || primary.offline) {
    if (op.allow_failover === true) return failover(cluster, instance, op);
    throw new OpcodeError('OpPrereqError', `Can't migrate, please use failover`, 'wrong_state');
  }
  if (primary.silent)
    throw new OpcodeError('OpExecError', `Error while contacting node ${primary.name}: timed out (${name})`);
  arrive(instance, targetOf(cluster, instance, op));
  return null;
}

/** Copies the data of plain and file from a node that is alive, stopping what runs; also what has no disk (run). */
export function move(cluster: Cluster, instance: ClusterInstance, op: ClusterOpcode): unknown {
  const { template, name } = instance;
  if (template !== 'plain' && template !== 'file' && template !== 'diskless')
    throw new OpcodeError(
      'OpPrereqError',
      `Instance disk 0 has disk type ${template} and is not suitable for copying`,
      'wrong_state',
    );
  const target = usable(cluster.findNode(op.target_node), op.target_node);
  const primary = cluster.node(instance.pnode);
  if (primary.offline || primary.silent)
    throw new OpcodeError('OpExecError', `Could not shutdown instance ${name} on node ${primary.name}`);
  instance.pnode = target.name;
  instance.running = instance.adminState === 'up';
  return null;
}

function targetOf(cluster: Cluster, instance: ClusterInstance, op: ClusterOpcode): ClusterNode {
  const { target_node: target, iallocator } = op;
  const named = typeof target === 'string' && target !== '';
  const allocated = typeof iallocator === 'string' && iallocator !== '';
  if (instance.template === 'drbd') {
    if (named || allocated)
      throw new OpcodeError(
        'OpPrereqError',
        `Disk template 'drbd' does not allow a target node or an iallocator`,
        'wrong_input',
      );
    return usable(cluster.findNode(instance.snode), instance.snode);
  }
  if (named && allocated)
    throw new OpcodeError('OpPrereqError', 'Do not specify both, iallocator and node', 'wrong_input');
  if (named) return usable(cluster.findNode(target), target);
  if (!allocated && cluster.defaultIallocator === '')
    throw new OpcodeError(
      'OpPrereqError',
      'No iallocator or node given and no cluster-wide default iallocator found',
      'wrong_input',
    );
  return place(cluster, instance, 'primary', [instance.pnode]);
}

function usable(node: ClusterNode | undefined, name: unknown): ClusterNode {
  if (node === undefined)
    throw new OpcodeError('OpPrereqError', `Node '${String(name)}' not known`, 'unknown_entity');
  if (!isUsable(node))
    throw new OpcodeError(
      'OpPrereqError',
      `Can't use ${node.offline ? 'offline' : 'drained'} node ${node.name}`,
      'wrong_state',
    );
  return node;
}

function arrive(instance: ClusterInstance, { name }: ClusterNode): void {
  if (instance.template === 'drbd') instance.snode = instance.pnode;
  instance.pnode = name;
}
