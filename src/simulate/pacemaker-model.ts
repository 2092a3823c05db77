import type { Env } from '../env/env.ts';
import type { Agent } from '../ocf/dispatch.ts';
import type { SimHost, SimProcess, Timer, World } from './world.ts';

export type ResourceId = 'ganeti-node' | 'ganeti-master';
export const RESOURCES: readonly ResourceId[] = ['ganeti-node', 'ganeti-master'];

/** A recurring monitor: waiting for its next turn, or running. */
export interface RecurringMonitor {
  timer: Timer | undefined;
  call: SimProcess | undefined;
}

/** What Pacemaker has recorded of a resource on a node. */
export interface Recorded {
  probed: boolean;
  active: boolean;
  /** Of the promotable form. */
  promoted: boolean;
  /** To be recovered: stopped, then started here or elsewhere. */
  failed: boolean;
  /** Fencing is asked for it, or without fencing the resource is blocked. */
  stopFailed: boolean;
  failCount: number;
  lastFailureMs: number;
  /** An exit code that rules this node out until a cleanup (2, 4, 5). */
  banned: boolean;
  /** An exit code that rules every node out (6). */
  fatal: boolean;
}

export type History = Map<ResourceId, Recorded>;

/** A node as the DC of one partition has it in the status section. */
export interface NodeStatus {
  readonly member: Member;
  /** False where this cluster has not seen it since the last full stop: startup-fencing. */
  seen: boolean;
  inCcm: boolean;
  crmd: boolean;
  join: 'down' | 'pending' | 'member';
  expected: 'down' | 'member';
  shutdown: boolean;
  history: History;
}

/** Pacemaker on one host. */
export interface Member {
  readonly host: SimHost;
  readonly name: string;
  readonly id: number;
  pacemaker: 'stopped' | 'starting' | 'running';
  /** Counts starts; a callback meant for an earlier one compares it. */
  run: number;
  startedMs: number;
  partition: Partition | undefined;
  /** What the executor here knows; another object after each start of Pacemaker. */
  history: History;
  readonly monitors: Map<ResourceId, RecurringMonitor>;
  /** Agent calls under way, but for recurring monitors. */
  readonly calls: Set<Promise<unknown>>;
  /** Transient node attributes. */
  readonly attributes: Map<string, string>;
  fencings: FencingEvent[];
  /** Property sets of others than Pacemaker, as this node's copy of the configuration has them; replaced whole. */
  properties: {
    readonly version: number;
    readonly sets: ReadonlyMap<string, ReadonlyMap<string, string>>;
  };
}

export interface FencingEvent {
  readonly target: string;
  readonly action: string;
  readonly client: string;
  readonly origin: string;
  readonly delegate: string;
  status: 'pending' | 'success' | 'failed';
  /** By the clock of the host that asked, milliseconds since the epoch. */
  completedMs: number | undefined;
}

/** Who was there, and what was known of all. */
export interface Picture {
  readonly hosts: readonly SimHost[];
  readonly nodes: ReadonlyMap<string, NodeStatus>;
}

/** The hosts that see each other, with one DC and one view of all nodes. */
export interface Partition {
  sequence: number;
  hosts: readonly SimHost[];
  quorate: boolean;
  dc: Member | undefined;
  readonly nodes: Map<string, NodeStatus>;
  /** Another partition has taken its place. */
  over: boolean;
  /** Changes with everything `crm_mon` shows; its text is kept by it. */
  version: number;
  planning: boolean;
  /** What is running was computed from a state that is no longer. */
  stale: boolean;
  timer: Timer | undefined;
  recheck: Timer | undefined;
  /** Failed attempts at fencing, by target. */
  readonly attempts: Map<string, number>;
  readonly fencingNow: Map<string, Promise<boolean>>;
  /** Before the last change of membership: for those who are no longer with it. */
  split: Picture | undefined;
  /** Where the fence device of each host runs. */
  devices: ReadonlyMap<string, string>;
  crmMon: { readonly key: string; readonly text: string } | undefined;
}

export interface Rule {
  readonly resource: ResourceId;
  readonly node: string;
  readonly score: 'prefer' | 'ban';
}

/** The configuration section: one for the whole cluster. */
export interface Configuration {
  /** There are fence devices, one for each host. */
  readonly fenceDevices: boolean;
  stonithEnabled: boolean;
  stonithAction: 'off' | 'reboot';
  concurrentFencing: boolean;
  startupFencing: boolean;
  noQuorumPolicy: 'stop' | 'ignore' | 'freeze';
  maintenanceMode: boolean;
  configured: boolean;
  masterForm: 'primitive' | 'promotable';
  cloneNotify: boolean;
  monitorMs: number;
  /** A monitor or start of the master role that failed this often is kept from the node. */
  migrationThreshold: number;
  readonly parameters: Record<ResourceId, Readonly<Record<string, string>>>;
  readonly disabled: Set<ResourceId>;
  rules: readonly Rule[];
  /** Permanent node attributes, `standby` and `maintenance` among them. */
  readonly permanent: Map<string, Map<string, string>>;
  epoch: number;
}

export interface NotifyFacts {
  readonly node: string;
  readonly type: 'pre' | 'post';
  readonly operation: 'start' | 'stop';
  readonly key: string;
  /** Who starts or stops, as far as it is named. */
  readonly names: readonly string[];
}

export interface CallFacts {
  readonly node: string;
  readonly resource: ResourceId;
  readonly action: string;
  readonly intervalMs: number;
}

/** An action that is over, by its own end or another. */
export interface EndedCall extends CallFacts {
  readonly how: 'finished' | 'killed' | 'timed-out';
  readonly code: number;
  readonly reason: string;
  /** Of the process, without the way from the DC. */
  readonly beganMs: number;
}

/** What tests make go wrong, and what they are told; may be changed while the story runs. */
export interface Faults {
  began?: (call: CallFacts) => void;
  ended?: (call: EndedCall) => void;
  notify?: (facts: NotifyFacts) => 'deliver' | 'lose' | 'twice';
  /** The agent dies instead of its n-th step. */
  dieAtStep?: (facts: CallFacts) => number | undefined;
  /** For crm_mon, crm_node, attrd_updater and crm_attribute. */
  program?: (host: SimHost, program: string) => 'hang' | 'fail' | undefined;
  /** `effect`: whether the power really goes; as `ok` unless given. */
  fence?: (
    target: string,
    attempt: number,
  ) => { readonly ok: boolean; readonly ms?: number; readonly effect?: boolean } | undefined;
}

export interface AlertAgent {
  /** Runs on each member as the user hacluster, with Pacemaker's CRM_alert_ variables. */
  readonly run: (env: Env) => Promise<void>;
}

/** All of the simulated Pacemaker, as its parts share it. */
export interface Cluster {
  readonly world: World;
  readonly members: readonly Member[];
  readonly configuration: Configuration;
  readonly agents: Readonly<Record<ResourceId, Pick<Agent, 'actions' | 'giveUp'>>>;
  readonly faults: Faults;
  readonly alerts: AlertAgent[];
  alertsSent: number;
  readonly fenceMs: number;
  readonly dcDeadtimeMs: number;
  /** The golden log tells each notification. */
  readonly tellNotifies: boolean;
}

/** What the status section says of a node that nobody has seen, and of one that has been fenced: the same. */
export function down(): Pick<NodeStatus, 'inCcm' | 'crmd' | 'join' | 'expected' | 'shutdown' | 'history'> {
  return {
    inCcm: false,
    crmd: false,
    join: 'down',
    expected: 'down',
    shutdown: false,
    history: newHistory(),
  };
}

export function newHistory(): History {
  return new Map(RESOURCES.map((resource) => [resource, nothingRecorded()]));
}

function nothingRecorded(): Recorded {
  return {
    probed: false,
    active: false,
    promoted: false,
    failed: false,
    stopFailed: false,
    failCount: 0,
    lastFailureMs: 0,
    banned: false,
    fatal: false,
  };
}

export function copyHistory(history: History): History {
  return new Map([...history].map(([resource, recorded]) => [resource, { ...recorded }]));
}

export function recordOf(history: History, resource: ResourceId): Recorded {
  const recorded = history.get(resource);
  if (recorded === undefined) throw new Error(`nothing is recorded of ${resource}`);
  return recorded;
}

/** Changes what crm_mon shows. */
export function touch(partition: Partition): void {
  partition.version++;
}

/** Members of a partition with a running Pacemaker. */
export function running(partition: Partition, members: readonly Member[]): readonly Member[] {
  return members.filter((one) => one.partition === partition && one.pacemaker === 'running' && one.host.on);
}

/** Until corosync tells of its death a dead DC is still named, but decides nothing. */
export function hasLivingDc({ dc }: Partition): boolean {
  return dc?.host.on === true && dc.pacemaker === 'running';
}

export function isOn(configuration: Configuration, node: string, attribute: string): boolean {
  const value = configuration.permanent.get(node)?.get(attribute);
  return value === 'on' || value === 'true';
}
