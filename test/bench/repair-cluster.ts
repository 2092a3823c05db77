import type { ClusterDescription, InstanceDescription } from '../luxi-cluster/description.ts';

/** As many instances as a node of 10,000 instances on 500 nodes has: 20 primaries and 20 secondaries. */
export const ON_THE_LOST = 20;
/** The number of the node that is lost. */
export const LOST = 17;
const GROUPS = 10;

/**
 * A cluster that has lost one node, marked offline; each instance may be failed over. Half of the instances on healthy
 * nodes are DRBD, the others are of all sorts. However large it is, the lost node has as many.
 */
export function clusterThatLost(nodes: number, instances: number): ClusterDescription {
  const groups = Array.from({ length: GROUPS }, (_, at) => ({ name: `group${at}` }));
  const groupOf = (number: number): number => number % GROUPS;
  const living = Array.from({ length: nodes }, (_, at) => at + 1).filter((number) => number !== LOST);
  const beside = living.filter((number) => groupOf(number) === groupOf(LOST));
  const pick = (from: readonly number[], at: number): number => from[at % from.length] ?? 1;
  const broken = Array.from({ length: 2 * ON_THE_LOST }, (_, at): InstanceDescription => {
    const other = pick(beside, at);
    return at < ON_THE_LOST ? drbd(`lost${at}`, LOST, other) : drbd(`half${at}`, other, LOST);
  });
  const healthy = Array.from({ length: instances - broken.length }, (_, at): InstanceDescription => {
    const primary = pick(living, at);
    const near = living.filter((number) => number !== primary && groupOf(number) === groupOf(primary));
    if (at % 2 === 0) return drbd(`web${at}`, primary, pick(near, at >> 3));
    const template = (['plain', 'rbd', 'file', 'sharedfile', 'diskless'] as const)[(at >> 1) % 5] ?? 'plain';
    return { name: `db${at}.lab.test`, template, pnode: nodeName(primary) };
  });
  return {
    tags: ['ganeti:watcher:autorepair:failover'],
    groups,
    nodes: Array.from({ length: nodes }, (_, at) => ({
      name: nodeName(at + 1),
      group: `group${groupOf(at + 1)}`,
      offline: at + 1 === LOST,
    })),
    instances: [...broken, ...healthy],
  };
}

export function nodeName(number: number): string {
  return `h${number}.lab.test`;
}

function drbd(name: string, primary: number, secondary: number): InstanceDescription {
  return { name: `${name}.lab.test`, template: 'drbd', pnode: nodeName(primary), snode: nodeName(secondary) };
}
