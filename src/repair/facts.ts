import type { NodeState } from './node-state.ts';
import type { StepKind } from './plan-types.ts';

/** The four kinds of repair in the order of their risk (Ganeti's Types.hs:410); each allows those before it. */
export const REPAIR_TYPES = ['fix-storage', 'migrate', 'failover', 'reinstall'] as const;

export type RepairType = (typeof REPAIR_TYPES)[number];

export const TEMPLATES = [
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

export type Template = (typeof TEMPLATES)[number];

export type AdminState = 'up' | 'down' | 'offline';

/** Everything the plan rests on. Data only: nothing in it is asked again while the plan is made. */
export interface RepairFacts {
  /** `Env.clock.now()`. */
  readonly nowMs: number;
  readonly clusterTags: readonly string[];
  /** The cluster's default allocator, or hail. */
  readonly iallocator: string;
  /** By uuid. */
  readonly groups: ReadonlyMap<string, RepairGroup>;
  /** By name. */
  readonly nodes: ReadonlyMap<string, RepairNode>;
  readonly instances: readonly RepairInstance[];
  readonly jobs: readonly RepairJob[];
  /** Undefined where nobody could be asked: then Ganeti's allocator is left to find out. */
  readonly room: Room | undefined;
  readonly limits: Limits;
  /** Why nothing new may be begun (paused, no quorum, queue drained); what runs is still followed up. */
  readonly stopped: string | undefined;
}

export interface RepairGroup {
  readonly uuid: string;
  readonly name: string;
  readonly tags: readonly string[];
}

export interface RepairNode {
  readonly name: string;
  /** Uuid of its group. */
  readonly group: string;
  /** Ganeti's flags together with what is known of its life. */
  readonly state: NodeState;
  /** One sentence: what the state rests on. */
  readonly because: string;
}

export interface RepairInstance {
  readonly name: string;
  /** A word that this program does not know is a template that it leaves alone. */
  readonly template: Template | 'unknown';
  readonly adminState: AdminState;
  readonly primary: string;
  /** Only DRBD has one; Ganeti 3 never has more. */
  readonly secondary: string | undefined;
  readonly tags: readonly string[];
  /** MiB, as it is configured. */
  readonly memory: number;
  /** MiB of all its disks. */
  readonly disk: number;
}

/** A job of Ganeti's queue that concerns an instance: unfinished, or named by a pending tag, or made for a repair of ours. */
export interface RepairJob {
  readonly id: number;
  /** `gone`: Ganeti does not know it any more. */
  readonly status: 'unfinished' | 'success' | 'failed' | 'canceled' | 'gone';
  /** The id of the repair it was submitted for, where it was us: from its reason. */
  readonly repair: string | undefined;
  /** The instances its opcodes work on, by name. */
  readonly instances: readonly string[];
  /** Whether it only sets or removes tags. */
  readonly tagsOnly: boolean;
  /** Milliseconds since the epoch; undefined where it has not ended. */
  readonly endedMs: number | undefined;
  /** Ganeti's words, where it failed. */
  readonly error: string | undefined;
  /** It failed because there is not enough room (error code `insufficient_resources`). */
  readonly noRoom: boolean;
  /** What it does to its instances, told by its opcodes; undefined where that is none of our steps. */
  readonly step?: StepKind | undefined;
  /** Whether it makes disks anew or installs anything on them; undefined where that is not known. */
  readonly reinstalls?: boolean | undefined;
  /** It does, and has not begun with that: it still waits, or was canceled before. */
  readonly untouched?: boolean | undefined;
}

/** What is free by the nodes' own word, MiB; only nodes that answered are in it. */
export type Room = ReadonlyMap<string, { readonly memory: number; readonly disk: number }>;

export interface Limits {
  /** Repairs at the same time in the whole cluster. */
  readonly cluster: number;
  /** Repairs at the same time that move to or from one node. */
  readonly node: number;
}
