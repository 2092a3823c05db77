/** A whole Ganeti cluster in plain words; everything but names and places has a default. */
export interface ClusterDescription {
  /** A node's name; without it the first node that is neither offline nor drained. */
  readonly master?: string;
  readonly tags?: readonly string[];
  /** Empty: the cluster has none. */
  readonly defaultIallocator?: string;
  /** Without any: one, named `default`. */
  readonly groups?: readonly GroupDescription[];
  readonly nodes: readonly NodeDescription[];
  readonly instances?: readonly InstanceDescription[];
}

export interface GroupDescription {
  readonly name: string;
  readonly tags?: readonly string[];
}

export interface NodeDescription {
  readonly name: string;
  /** A group's name; without it the first. */
  readonly group?: string;
  readonly offline?: boolean;
  readonly drained?: boolean;
  readonly vmCapable?: boolean;
  /** Does not answer Ganeti, whatever its flags say. */
  readonly silent?: boolean;
  readonly tags?: readonly string[];
  /** MiB. */
  readonly memory?: number;
  /** MiB. */
  readonly disk?: number;
}

export const DISK_TEMPLATES = [
  'drbd',
  'plain',
  'file',
  'sharedfile',
  'gluster',
  'rbd',
  'ext',
  'blockdev',
  'diskless',
] as const;

export type DiskTemplate = (typeof DISK_TEMPLATES)[number];

export interface InstanceDescription {
  readonly name: string;
  readonly template: DiskTemplate;
  readonly pnode: string;
  /** DRBD's secondary. */
  readonly snode?: string;
  readonly adminState?: 'up' | 'down' | 'offline';
  readonly tags?: readonly string[];
  /** MiB of each disk. */
  readonly disks?: readonly number[];
  /** MiB. */
  readonly memory?: number;
}
