import { type Cell, NO_DATA, normal, OFFLINE, UNAVAILABLE } from './cells.ts';
import { type Cluster, type ClusterInstance, type ClusterNode, diskUsage } from './cluster.ts';

const HVPARAMS: Readonly<Record<string, unknown>> = { migration_mode: 'live' };

/** Fields that are in the configuration (Query/Instance.hs). */
const STATIC: Readonly<Record<string, (instance: ClusterInstance, cluster: Cluster) => unknown>> = {
  name: ({ name }) => name,
  uuid: ({ uuid }) => uuid,
  pnode: ({ pnode }) => pnode,
  'pnode.group': ({ pnode }, cluster) => cluster.node(pnode).group.name,
  'pnode.group.uuid': ({ pnode }, cluster) => cluster.node(pnode).group.uuid,
  snodes: secondaries,
  'snodes.group': (instance, cluster) => secondaries(instance).map((name) => cluster.node(name).group.name),
  'snodes.group.uuid': (instance, cluster) =>
    secondaries(instance).map((name) => cluster.node(name).group.uuid),
  disk_template: ({ template }) => template,
  disks_active: ({ adminState }) => adminState === 'up',
  admin_state: ({ adminState }) => adminState,
  admin_state_source: () => 'admin',
  admin_up: ({ adminState }) => adminState === 'up',
  hypervisor: () => 'fake',
  os: () => 'noop+default',
  beparams: ({ memory }) => beparams(memory),
  custom_beparams: () => ({}),
  hvparams: () => HVPARAMS,
  custom_hvparams: () => ({}),
  osparams: () => ({}),
  custom_osparams: () => ({}),
  disk_usage: diskUsage,
  'disk.count': ({ disks }) => disks.length,
  'disk.sizes': ({ disks }) => disks,
  'disk.spindles': ({ disks }) => disks.map(() => null),
  'disk.names': ({ disks }) => disks.map(() => null),
  'disk.uuids': ({ uuid, disks }) => disks.map((_, at) => `${uuid}-disk${at}`),
  'nic.count': () => 1,
  'nic.macs': () => ['aa:00:00:00:00:01'],
  'nic.ips': () => [null],
  tags: ({ tags }) => tags,
  forthcoming: () => false,
  serial_no: () => 1,
  ctime: () => 1,
  mtime: () => 1,
};

/** Fields for which Ganeti asks the primary node. */
const LIVE: readonly string[] = ['oper_state', 'oper_ram', 'oper_vcpus', 'console'];

/** undefined for a field that Ganeti does not know. */
export function instanceCell(field: string, instance: ClusterInstance, cluster: Cluster): Cell | undefined {
  const fromConfiguration = STATIC[field];
  if (fromConfiguration !== undefined) return normal(fromConfiguration(instance, cluster));
  if (field.startsWith('be/')) return parameter(beparams(instance.memory), field.slice('be/'.length));
  if (field.startsWith('hv/')) return parameter(HVPARAMS, field.slice('hv/'.length));
  const numbered = /^disk\.size\/(\d+)$/.exec(field);
  if (numbered !== null) {
    const size = instance.disks[Number(numbered[1])];
    return size === undefined ? UNAVAILABLE : normal(size);
  }
  const primary = cluster.node(instance.pnode);
  if (field === 'status') return normal(status(instance, primary));
  return LIVE.includes(field) ? live(field, instance, primary) : undefined;
}

export function isLiveInstanceField(field: string): boolean {
  return field === 'status' || LIVE.includes(field);
}

function live(field: string, { running, memory }: ClusterInstance, primary: ClusterNode): Cell {
  if (primary.offline) return OFFLINE;
  if (primary.silent) return NO_DATA;
  if (field === 'oper_state') return normal(running);
  if (!running) return UNAVAILABLE;
  return normal(field === 'oper_ram' ? memory : field === 'oper_vcpus' ? 1 : {});
}

/** As determineInstanceStatus in Query/Instance.hs. */
function status({ adminState, running }: ClusterInstance, primary: ClusterNode): string {
  if (primary.offline) return 'ERROR_nodeoffline';
  if (primary.silent) return 'ERROR_nodedown';
  switch (adminState) {
    case 'up':
      return running ? 'running' : 'ERROR_down';
    case 'down':
      return running ? 'ERROR_up' : 'ADMIN_down';
    case 'offline':
      return running ? 'ERROR_up' : 'ADMIN_offline';
  }
}

function beparams(memory: number): Readonly<Record<string, unknown>> {
  return {
    ...{ minmem: memory, maxmem: memory, memory, vcpus: 1, auto_balance: true },
    ...{ always_failover: false, spindle_use: 1 },
  };
}

function parameter(all: Readonly<Record<string, unknown>>, name: string): Cell | undefined {
  return name in all ? normal(all[name]) : undefined;
}

function secondaries({ snode }: ClusterInstance): readonly string[] {
  return snode === undefined ? [] : [snode];
}
