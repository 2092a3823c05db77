/** Ganeti's configuration, in the shape of its `config.data`; only what the agents or the model need. */
export interface Configuration {
  /** Rises with every change. */
  readonly serial_no: number;
  readonly mtime: number;
  readonly cluster: ClusterEntry;
  /** By uuid. */
  readonly nodes: Readonly<Record<string, NodeEntry>>;
  /** By name; the real one has them by uuid. */
  readonly instances: Readonly<Record<string, InstanceEntry>>;
  /** By uuid; all nodes are in the first. */
  readonly nodegroups: Readonly<Record<string, GroupEntry>>;
}

export interface ClusterEntry {
  readonly serial_no: number;
  readonly cluster_name: string;
  /** A uuid. */
  readonly master_node: string;
  readonly master_ip: string;
  readonly master_netdev: string;
  readonly candidate_pool_size: number;
  /** Empty: none. */
  readonly default_iallocator: string;
  readonly tags: readonly string[];
}

export interface GroupEntry {
  readonly uuid: string;
  readonly name: string;
  readonly tags: readonly string[];
}

export interface NodeEntry {
  readonly uuid: string;
  readonly name: string;
  readonly primary_ip: string;
  readonly serial_no: number;
  /** Seconds since the epoch. */
  readonly mtime: number;
  readonly master_candidate: boolean;
  readonly master_capable: boolean;
  readonly vm_capable: boolean;
  readonly offline: boolean;
  readonly drained: boolean;
  readonly powered: boolean;
  /** Empty: none. */
  readonly oob_program: string;
  readonly tags: readonly string[];
}

/** Ganeti's (src/Ganeti/Types.hs). */
export const DISK_TEMPLATES = [
  'diskless',
  'drbd',
  'file',
  'sharedfile',
  'plain',
  'blockdev',
  'rbd',
  'ext',
  'gluster',
] as const;

export const ADMIN_STATES = ['up', 'down', 'offline'] as const;

export interface InstanceEntry {
  readonly name: string;
  readonly uuid: string;
  /** A node's name; the real one has a uuid. */
  readonly primary_node: string;
  /** Of DRBD; the real one keeps it with each disk. */
  readonly secondary_node: string | undefined;
  readonly disk_template: string;
  readonly admin_state: (typeof ADMIN_STATES)[number];
  /** MiB. */
  readonly memory: number;
  /** MiB, of its one disk. */
  readonly disk: number;
  readonly tags: readonly string[];
}

/** Flags of a node that are exclusive of each other. */
export type NodeFlags = Partial<
  Pick<
    NodeEntry,
    | 'master_candidate'
    | 'offline'
    | 'drained'
    | 'powered'
    | 'tags'
    | 'master_capable'
    | 'vm_capable'
    | 'oob_program'
  >
>;

export function masterOf(config: Configuration): NodeEntry | undefined {
  return config.nodes[config.cluster.master_node];
}

/** By full or short name. */
export function nodeNamed(config: Configuration, name: string): NodeEntry | undefined {
  const nodes = Object.values(config.nodes);
  return nodes.find((node) => node.name === name) ?? nodes.find((node) => node.name.split('.')[0] === name);
}

/** `saves`: how often Ganeti saves the entry on the way; each moves the serials by one. */
export function withNode(
  config: Configuration,
  { uuid }: NodeEntry,
  flags: NodeFlags,
  nowSeconds: number,
  saves = 1,
): Configuration {
  const old = config.nodes[uuid];
  if (old === undefined) return config;
  const node = { ...old, ...flags, serial_no: old.serial_no + saves, mtime: nowSeconds };
  return {
    ...config,
    serial_no: config.serial_no + saves,
    mtime: nowSeconds,
    nodes: { ...config.nodes, [uuid]: node },
  };
}

export function withCluster(
  config: Configuration,
  change: Partial<ClusterEntry>,
  nowSeconds: number,
): Configuration {
  const { cluster } = config;
  return {
    ...config,
    serial_no: config.serial_no + 1,
    mtime: nowSeconds,
    cluster: { ...cluster, ...change, serial_no: cluster.serial_no + 1 },
  };
}

/** The entry with these changes; it is there already. */
export function withInstance(config: Configuration, entry: InstanceEntry, nowSeconds: number): Configuration {
  return {
    ...config,
    serial_no: config.serial_no + 1,
    mtime: nowSeconds,
    instances: { ...config.instances, [entry.name]: entry },
  };
}

export function withGroup(config: Configuration, entry: GroupEntry, nowSeconds: number): Configuration {
  return {
    ...config,
    serial_no: config.serial_no + 1,
    mtime: nowSeconds,
    nodegroups: { ...config.nodegroups, [entry.uuid]: entry },
  };
}

/** How many candidates there are and should be (lib/config GetMasterCandidateStats), one node left out if told. */
export function candidateStats(
  config: Configuration,
  without?: NodeEntry,
): { readonly now: number; readonly should: number } {
  const others = Object.values(config.nodes).filter(({ uuid }) => uuid !== without?.uuid);
  const eligible = others.filter((node) => !node.offline && !node.drained && node.master_capable).length;
  return {
    now: others.filter((node) => node.master_candidate).length,
    should: Math.min(config.cluster.candidate_pool_size, eligible),
  };
}

const texts = new WeakMap<Configuration, string>();

/** The text of `config.data`. */
export function configText(config: Configuration): string {
  const known = texts.get(config);
  if (known !== undefined) return known;
  const text = JSON.stringify(config);
  texts.set(config, text);
  parsed.set(text, config);
  if (parsed.size > MOST_KNOWN) parsed.clear();
  return text;
}

const MOST_KNOWN = 200;
/** Texts that were read or written lately: the same one lies on many disks and is read by every question. */
const parsed = new Map<string, Configuration | undefined>();

/** Undefined for what Ganeti could not load either. */
export function parseConfig(text: string): Configuration | undefined {
  if (parsed.has(text)) return parsed.get(text);
  let config: Configuration | undefined;
  try {
    const json: unknown = JSON.parse(text);
    config = isConfiguration(json) ? json : undefined;
  } catch {
    config = undefined;
  }
  if (parsed.size > MOST_KNOWN) parsed.clear();
  parsed.set(text, config);
  return config;
}

function isConfiguration(json: unknown): json is Configuration {
  if (typeof json !== 'object' || json === null) return false;
  const { serial_no: serial, cluster, nodes }: Readonly<Record<string, unknown>> = { ...json };
  return typeof serial === 'number' && typeof cluster === 'object' && typeof nodes === 'object';
}
