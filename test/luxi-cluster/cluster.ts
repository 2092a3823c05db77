import type {
  ClusterDescription,
  DiskTemplate,
  InstanceDescription,
  NodeDescription,
} from './description.ts';

/** The cluster as it is now: jobs change it, and so may a test at any time. */
export interface Cluster {
  readonly name: string;
  master: string;
  tags: string[];
  defaultIallocator: string;
  readonly groups: readonly ClusterGroup[];
  readonly nodes: readonly ClusterNode[];
  readonly instances: readonly ClusterInstance[];
  /** By full name, or by the part before the first dot. Throws where there is none. */
  node(name: string): ClusterNode;
  instance(name: string): ClusterInstance;
  group(name: string): ClusterGroup;
  /** Undefined for a name that Ganeti would not know: only full ones count. */
  findNode(name: unknown): ClusterNode | undefined;
  findInstance(name: unknown): ClusterInstance | undefined;
}

export interface ClusterGroup {
  readonly uuid: string;
  readonly name: string;
  tags: string[];
}

export interface ClusterNode {
  readonly uuid: string;
  readonly name: string;
  readonly group: ClusterGroup;
  readonly number: number;
  offline: boolean;
  drained: boolean;
  vmCapable: boolean;
  silent: boolean;
  tags: string[];
  readonly memory: number;
  readonly disk: number;
}

export interface ClusterInstance {
  readonly uuid: string;
  readonly name: string;
  readonly template: DiskTemplate;
  pnode: string;
  snode: string | undefined;
  adminState: 'up' | 'down' | 'offline';
  /** Whether it runs where Ganeti thinks it does; nothing runs on a node that is silent. */
  running: boolean;
  tags: string[];
  readonly disks: readonly number[];
  readonly memory: number;
  /** Its disks were made anew, and no operating system is on them: the data is gone. */
  blank: boolean;
  /** What Ganeti did to it, in order: the summaries of the opcodes that succeeded, tags aside. */
  readonly history: string[];
}

const NODE_MEMORY_MIB = 65_536;
const NODE_DISK_MIB = 4_194_304;

export function makeCluster(description: ClusterDescription): Cluster {
  const { groups: given = [{ name: 'default' }], tags = [], defaultIallocator = 'hail' } = description;
  const groups = given.map(
    (one, at): ClusterGroup => ({ uuid: uuid('a', at), name: one.name, tags: [...(one.tags ?? [])] }),
  );
  const nodes = description.nodes.map((one, at) => makeNode(one, at, groups));
  const instances = (description.instances ?? []).map(makeInstance);
  const nodesByName = byName(nodes);
  const instancesByName = byName(instances);
  for (const { name, pnode, snode } of instances)
    for (const place of snode === undefined ? [pnode] : [pnode, snode])
      if (nodesByName.get(place)?.name !== place)
        throw new Error(`${name} lies on ${place}, which is no node`);
  return {
    name: 'gcluster.lab.test',
    master: description.master ?? nodes.find((node) => !node.offline && !node.drained)?.name ?? '',
    tags: [...tags],
    defaultIallocator,
    groups,
    nodes,
    instances,
    node: (name) => known(nodesByName.get(name), name),
    instance: (name) => known(instancesByName.get(name), name),
    group: (name) =>
      known(
        groups.find((group) => group.name === name),
        name,
      ),
    findNode: (name) => full(nodesByName, name),
    findInstance: (name) => full(instancesByName, name),
  };
}

function makeNode(one: NodeDescription, at: number, groups: readonly ClusterGroup[]): ClusterNode {
  const { name, offline = false, drained = false, vmCapable = true, silent = false } = one;
  const group = one.group === undefined ? groups[0] : groups.find((group) => group.name === one.group);
  if (group === undefined) throw new Error(`${name} is in group ${one.group}, which there is not`);
  return {
    ...{ uuid: uuid('b', at), name, group, number: at + 1, offline, drained, vmCapable, silent },
    tags: [...(one.tags ?? [])],
    memory: one.memory ?? NODE_MEMORY_MIB,
    disk: one.disk ?? NODE_DISK_MIB,
  };
}

function makeInstance(one: InstanceDescription, at: number): ClusterInstance {
  const { name, template, pnode, snode, adminState = 'up', memory = 128 } = one;
  if ((template === 'drbd') !== (snode !== undefined))
    throw new Error(`${name}: drbd has a secondary, nothing else has`);
  return {
    ...{ uuid: uuid('c', at), name, template, pnode, snode, adminState, memory },
    running: adminState === 'up',
    tags: [...(one.tags ?? [])],
    disks: one.disks ?? (template === 'diskless' ? [] : [1024]),
    blank: false,
    history: [],
  };
}

function byName<T extends { readonly name: string }>(all: readonly T[]): ReadonlyMap<string, T> {
  return new Map(
    all.flatMap((one) => [[one.name, one] as const, [one.name.split('.')[0] ?? '', one] as const]),
  );
}

function full<T extends { readonly name: string }>(
  all: ReadonlyMap<string, T>,
  name: unknown,
): T | undefined {
  const found = typeof name === 'string' ? all.get(name) : undefined;
  return found?.name === name ? found : undefined;
}

function known<T>(found: T | undefined, name: string): T {
  if (found === undefined) throw new Error(`the described cluster has no ${name}`);
  return found;
}

function uuid(kind: string, at: number): string {
  return `${kind.repeat(8)}-0000-4000-8000-${String(at).padStart(12, '0')}`;
}

/** MiB that the instances whose primary it is are given. */
export function memoryInUse(cluster: Cluster, node: ClusterNode): number {
  return sum(cluster.instances.filter(({ pnode }) => pnode === node.name).map(({ memory }) => memory));
}

/** MiB of the disks that lie on it. */
export function diskInUse(cluster: Cluster, node: ClusterNode): number {
  return sum(
    cluster.instances
      .filter(
        ({ pnode, snode, template }) => onNode(template) && (pnode === node.name || snode === node.name),
      )
      .map(diskUsage),
  );
}

/** MiB; DRBD has 128 of metadata for each disk. */
export function diskUsage({ disks, template }: ClusterInstance): number {
  return sum(disks) + (template === 'drbd' ? 128 * disks.length : 0);
}

/** Whether the data is on the node's own disks. */
export function onNode(template: DiskTemplate): boolean {
  return template === 'drbd' || template === 'plain' || template === 'file';
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
