import type { ClusterDescription, InstanceDescription } from '../luxi-cluster/description.ts';

export const PREFIX = 'ganeti:watcher:autorepair:';

/** h1, h2 and h7 are well, h3 and h5 are dead and marked so, h4 is drained, h6 is not to have instances. */
export const NODES: ClusterDescription['nodes'] = [
  { name: 'h1.lab.test' },
  { name: 'h2.lab.test' },
  { name: 'h3.lab.test', offline: true },
  { name: 'h4.lab.test', drained: true },
  { name: 'h5.lab.test', offline: true },
  { name: 'h6.lab.test', vmCapable: false },
  { name: 'h7.lab.test' },
];

/** The cluster with these tags of its own (below the prefix) and these instances; by default all repairs are allowed. */
export function clusterWith(
  instances: readonly InstanceDescription[],
  { tags = ['reinstall'], ...more }: Partial<ClusterDescription> = {},
): ClusterDescription {
  return { nodes: NODES, instances, tags: tags.map((tag) => PREFIX + tag), ...more };
}

/** Tags below the prefix; all else is as in the description. */
export type More = Omit<Partial<InstanceDescription>, 'name' | 'template' | 'pnode' | 'snode'>;

export function drbd(name: string, pnode: string, snode: string, more: More = {}): InstanceDescription {
  return instance('drbd', name, pnode, { ...more, snode: `${snode}.lab.test` });
}

export function instance(
  template: InstanceDescription['template'],
  name: string,
  pnode: string,
  { tags = [], ...more }: More & { readonly snode?: string } = {},
): InstanceDescription {
  return {
    ...{ name: `${name}.lab.test`, template, pnode: `${pnode}.lab.test` },
    ...{ ...more, tags: tags.map((tag) => PREFIX + tag) },
  };
}

/** A tag of a repair that was begun or ended earlier; ids and times are of no matter. */
export function pending(
  type: string,
  jobs: readonly number[],
  id = 'earlier',
  seconds = 1_700_000_000,
): string {
  return `pending:${type}:${id}:${seconds}:${jobs.join('+')}`;
}

export function ended(type: string, result: string, jobs: readonly number[], id = 'earlier'): string {
  return `result:${type}:${id}:1700000000:${result}:${jobs.join('+')}`;
}
