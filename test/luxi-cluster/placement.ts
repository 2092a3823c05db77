import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import {
  type Cluster,
  type ClusterInstance,
  type ClusterNode,
  diskInUse,
  diskUsage,
  memoryInUse,
  onNode,
} from './cluster.ts';

/**
 * What hail would choose, much simplified: the usable node of the same group with the most free memory that has room.
 * Throws OpcodeError where there is none.
 */
export function place(
  cluster: Cluster,
  instance: ClusterInstance,
  role: 'primary' | 'secondary',
  not: readonly string[],
): ClusterNode {
  const group = cluster.node(instance.pnode).group;
  const free = (node: ClusterNode): number => node.memory - memoryInUse(cluster, node);
  const fits = (node: ClusterNode): boolean =>
    (role === 'secondary' || free(node) >= instance.memory) &&
    (!onNode(instance.template) || node.disk - diskInUse(cluster, node) >= diskUsage(instance));
  const [best] = cluster.nodes
    .filter((node) => node.group === group && isUsable(node) && !node.silent && !not.includes(node.name))
    .filter(fits)
    .sort((a, b) => free(b) - free(a));
  if (best === undefined)
    throw new OpcodeError(
      'OpPrereqError',
      `Can't compute nodes using iallocator 'hail': Can't find solution for instance ${instance.name}`,
      'insufficient_resources',
    );
  return best;
}

export function isUsable({ offline, drained, vmCapable }: ClusterNode): boolean {
  return !offline && !drained && vmCapable;
}
