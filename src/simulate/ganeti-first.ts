import { STORY_BEGINS_MS } from './env.ts';
import type { Configuration, InstanceEntry, NodeEntry } from './ganeti-configuration.ts';
import { uuidOf } from './ganeti-rpc.ts';
import { found } from './ganeti-state.ts';
import type { SimHost, World } from './world.ts';

/** Names are Pacemaker's or Ganeti's. */
export interface GanetiOptions {
  /** The first host. */
  readonly master?: string;
  /** The first ten that are neither offline nor drained. */
  readonly candidates?: readonly string[];
  readonly offline?: readonly string[];
  readonly drained?: readonly string[];
  readonly notVmCapable?: readonly string[];
  readonly notMasterCapable?: readonly string[];
  readonly clusterTags?: readonly string[];
  readonly nodeTags?: Readonly<Record<string, readonly string[]>>;
  /** Every node has an out-of-band program. */
  readonly oob?: boolean;
  /** MonD is installed; true. */
  readonly mond?: boolean;
  /** '192.0.2.200'. */
  readonly masterIp?: string;
  /** 10. */
  readonly candidatePoolSize?: number;
  readonly instances?: readonly FirstInstance[];
  readonly groupTags?: readonly string[];
  /** Empty: none; 'hail'. */
  readonly iallocator?: string;
  /** MiB of each node; 16384. */
  readonly nodeMemory?: number;
  /** MiB of each node; 1048576. */
  readonly nodeDisk?: number;
  /** Debian's init script starts Ganeti with the host; true. */
  readonly startAtBoot?: boolean;
  /** How long a host is off that Ganeti has power-cycled; 10 s. */
  readonly rebootMs?: number;
}

/** An instance with which the story begins; running where it is to be up and its primary is not offline. */
export interface FirstInstance {
  /** In full. */
  readonly name: string;
  readonly template: string;
  readonly primary: string;
  readonly secondary?: string | undefined;
  readonly admin: InstanceEntry['admin_state'];
  /** MiB. */
  readonly memory: number;
  /** MiB. */
  readonly disk: number;
  readonly tags: readonly string[];
}

const POOL_SIZE = 10;
/** As ssconf_nodegroups has it, too. */
const GROUP_UUID = 'uuid-default';
const MASTER_IP = '192.0.2.200';
const OOB_PROGRAM = '/etc/ganeti/oob';
const OLD_SECONDS = STORY_BEGINS_MS / 1000 - 86_400;

/** With which the story begins, on all disks. */
export function firstConfiguration(world: World, options: GanetiOptions): Configuration {
  const is = (names: readonly string[] | undefined, host: SimHost): boolean =>
    names?.some((name) => name === host.name || name === host.ganetiName) ?? false;
  const away = (host: SimHost): boolean => is(options.offline, host) || is(options.drained, host);
  const poolSize = options.candidatePoolSize ?? POOL_SIZE;
  const able = world.hosts.filter((host) => !away(host) && !is(options.notMasterCapable, host));
  const candidates = options.candidates ?? able.slice(0, poolSize).map(({ ganetiName }) => ganetiName);
  const master = found(
    world.hosts.find((host) => (options.master === undefined ? !away(host) : is([options.master], host))),
    options.master ?? 'master',
  );
  const nodes = world.hosts.map((host): NodeEntry => {
    const tags = options.nodeTags?.[host.name] ?? options.nodeTags?.[host.ganetiName] ?? [];
    return {
      uuid: uuidOf({ host }),
      name: host.ganetiName,
      primary_ip: host.address,
      serial_no: 1,
      mtime: OLD_SECONDS,
      master_candidate: host === master || (is(candidates, host) && !away(host)),
      master_capable: !is(options.notMasterCapable, host),
      vm_capable: !is(options.notVmCapable, host),
      offline: is(options.offline, host),
      drained: is(options.drained, host),
      powered: true,
      oob_program: options.oob === true ? OOB_PROGRAM : '',
      tags,
    };
  });
  const instances = (options.instances ?? []).map((first) => firstInstance(world, first));
  return {
    serial_no: 10 + nodes.length,
    mtime: OLD_SECONDS,
    cluster: {
      serial_no: 1 + nodes.length,
      cluster_name: 'gcluster.lab.test',
      master_node: uuidOf({ host: master }),
      master_ip: options.masterIp ?? MASTER_IP,
      master_netdev: 'eth0',
      candidate_pool_size: poolSize,
      default_iallocator: options.iallocator ?? 'hail',
      tags: options.clusterTags ?? [],
    },
    nodes: Object.fromEntries(nodes.map((node) => [node.uuid, node])),
    instances: Object.fromEntries(instances.map((entry) => [entry.name, entry])),
    nodegroups: {
      [GROUP_UUID]: { uuid: GROUP_UUID, name: 'default', tags: options.groupTags ?? [] },
    },
  };
}

function firstInstance(world: World, first: FirstInstance): InstanceEntry {
  const node = (name: string): string => found(world.host(name), name).ganetiName;
  return {
    name: first.name,
    uuid: `uuid-${first.name}`,
    primary_node: node(first.primary),
    secondary_node: first.secondary === undefined ? undefined : node(first.secondary),
    disk_template: first.template,
    admin_state: first.admin,
    ...{ memory: first.memory, disk: first.disk, tags: first.tags },
  };
}
