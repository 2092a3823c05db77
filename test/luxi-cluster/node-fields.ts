import { type Cell, NO_DATA, normal, OFFLINE, UNAVAILABLE } from './cells.ts';
import { type Cluster, type ClusterNode, diskInUse, memoryInUse } from './cluster.ts';

const NDPARAMS: Readonly<Record<string, unknown>> = {
  oob_program: '',
  spindle_count: 1,
  exclusive_storage: false,
  ovs: false,
  ovs_name: 'switch1',
  ovs_link: '',
  ssh_port: 22,
  cpu_speed: 1,
};

/** Fields that are in the configuration (Query/Node.hs:186). */
const STATIC: Readonly<Record<string, (node: ClusterNode, cluster: Cluster) => unknown>> = {
  name: ({ name }) => name,
  uuid: ({ uuid }) => uuid,
  pip: ({ number }) => `192.0.2.${number % 250}`,
  sip: ({ number }) => `192.0.2.${number % 250}`,
  role: (node, cluster) => role(node, cluster),
  master: ({ name }, { master }) => name === master,
  master_candidate: (node, cluster) => role(node, cluster) === 'C' || role(node, cluster) === 'M',
  master_capable: () => true,
  offline: ({ offline }) => offline,
  drained: ({ drained }) => drained,
  vm_capable: ({ vmCapable }) => vmCapable,
  group: ({ group }) => group.name,
  'group.uuid': ({ group }) => group.uuid,
  pinst_list: (node, cluster) => primaries(node, cluster),
  pinst_cnt: (node, cluster) => primaries(node, cluster).length,
  sinst_list: (node, cluster) => secondaries(node, cluster),
  sinst_cnt: (node, cluster) => secondaries(node, cluster).length,
  ndparams: () => NDPARAMS,
  custom_ndparams: () => ({}),
  tags: ({ tags }) => tags,
  serial_no: () => 1,
  ctime: () => 1,
  mtime: () => 1,
};

/** Fields for which Ganeti asks the node. */
const LIVE: Readonly<Record<string, (node: ClusterNode, cluster: Cluster) => unknown>> = {
  bootid: ({ uuid }) => uuid,
  mtotal: ({ memory }) => memory,
  mnode: () => 0,
  mfree: (node, cluster) => node.memory - memoryInUse(cluster, node),
  dtotal: ({ disk }) => disk,
  dfree: (node, cluster) => node.disk - diskInUse(cluster, node),
  sptotal: () => 0,
  spfree: () => 0,
  ctotal: () => 64,
  cnos: () => 1,
  cnodes: () => 1,
  csockets: () => 1,
};

/** undefined for a field that Ganeti does not know. */
export function nodeCell(field: string, node: ClusterNode, cluster: Cluster): Cell | undefined {
  if (field === 'powered') return UNAVAILABLE;
  const fromConfiguration = STATIC[field];
  if (fromConfiguration !== undefined) return normal(fromConfiguration(node, cluster));
  if (field.startsWith('ndp/')) {
    const name = field.slice('ndp/'.length);
    return name in NDPARAMS ? normal(NDPARAMS[name]) : undefined;
  }
  const fromNode = LIVE[field];
  if (fromNode === undefined) return undefined;
  if (node.offline) return OFFLINE;
  if (!node.vmCapable) return UNAVAILABLE;
  return node.silent ? NO_DATA : normal(fromNode(node, cluster));
}

export function isLiveNodeField(field: string): boolean {
  return field in LIVE;
}

function role({ name, offline, drained }: ClusterNode, { master }: Cluster): string {
  return name === master ? 'M' : offline ? 'O' : drained ? 'D' : 'C';
}

function primaries({ name }: ClusterNode, { instances }: Cluster): readonly string[] {
  return instances.filter(({ pnode }) => pnode === name).map((instance) => instance.name);
}

function secondaries({ name }: ClusterNode, { instances }: Cluster): readonly string[] {
  return instances.filter(({ snode }) => snode === name).map((instance) => instance.name);
}
