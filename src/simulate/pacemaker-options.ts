import type { AlertAgent, Cluster, Configuration, Faults, ResourceId } from './pacemaker-model.ts';
import type { SimHost } from './world.ts';

export interface PacemakerOptions {
  readonly stonithEnabled?: boolean;
  readonly stonithAction?: 'off' | 'reboot';
  readonly concurrentFencing?: boolean;
  readonly startupFencing?: boolean;
  /** The resources of the documented snippet are there from the start. */
  readonly configured?: boolean;
  /** How the role is configured: the documented primitive, or the promotable clone. */
  readonly masterForm?: 'primitive' | 'promotable';
  /** `notify=true` on the clone. */
  readonly cloneNotify?: boolean;
  readonly monitorMs?: number;
  /** Of the master role; the documented 3 by default. */
  readonly migrationThreshold?: number;
  /** `OCF_RESKEY_` parameters. */
  readonly parameters?: {
    readonly node?: Readonly<Record<string, string>>;
    readonly master?: Readonly<Record<string, string>>;
  };
  /** The permanent node attribute `ganeti-name` on each node. */
  readonly ganetiNameAttributes?: boolean;
  readonly twoNode?: boolean;
  readonly waitForAll?: boolean;
  readonly lastManStanding?: boolean;
  readonly tokenMs?: number;
  readonly dcDeadtimeMs?: number;
  /** How long a fence device takes. */
  readonly fenceMs?: number;
  /** Corosync and Pacemaker are started when a host boots. */
  readonly startAtBoot?: boolean;
  /** Instead of the real ones: for tests of this model. */
  readonly agents?: Partial<Cluster['agents']>;
  readonly faults?: Faults;
  readonly alerts?: readonly AlertAgent[];
  readonly tellNotifies?: boolean;
}

/** What an administrator can do to the simulated Pacemaker, and what can be asked of it. Node names are Pacemaker's. */
export interface SimPacemaker {
  setStandby(node: string, on: boolean): void;
  setNodeMaintenance(node: string, on: boolean): void;
  setMaintenanceMode(on: boolean): void;
  setStonithEnabled(on: boolean): void;
  setNoQuorumPolicy(policy: Configuration['noQuorumPolicy']): void;
  /** Adds the resources where `configured` was false. */
  configure(): void;
  /** Stops Pacemaker in order, and corosync after it unless told otherwise. */
  stop(node: string, options?: { readonly corosync?: boolean }): void;
  start(node: string): void;
  /** All daemons of Pacemaker die; corosync goes on. */
  kill(node: string): void;
  /** Corosync dies, and Pacemaker with it; the host goes on. */
  killWithCorosync(node: string): void;
  /** Pacemaker, corosync, then the power. */
  shutdownHost(node: string): void;
  disable(resource: ResourceId): void;
  enable(resource: ResourceId): void;
  move(resource: ResourceId, node: string): void;
  ban(resource: ResourceId, node: string): void;
  /** Takes moves and bans back. */
  clear(resource: ResourceId): void;
  /** Forgets the failures of a resource, or of all, everywhere, and probes what failed anew. */
  cleanup(resource?: ResourceId): void;
  /** The same, and probes everything. */
  refresh(resource?: ResourceId): void;
  updateParameters(resource: ResourceId, parameters: Readonly<Record<string, string>>): void;
  setAttribute(node: string, name: string, value: string | undefined): void;
  setPermanentAttribute(node: string, name: string, value: string | undefined): void;
  /** `stonith_admin --fence` or `--reboot`, on a member. */
  fence(node: string, by: string, action?: 'off' | 'reboot' | 'on'): void;
  /** `stonith_admin --confirm`, on a member. */
  confirm(node: string, by: string): void;
  readonly faults: Faults;
  readonly alerts: AlertAgent[];
  /** Where the master role and the clone run, by what the hosts themselves know. */
  masterOn(): readonly string[];
  cloneOn(): readonly string[];
  /** Both are members of one partition, as Pacemaker on `node` sees it. */
  isMember(node: string, seenBy: string): boolean;
  hasQuorum(node: string): boolean;
  dcOf(node: string): string | undefined;
  crmMon(node: string): string | undefined;
}

/** The configuration at the begin of the story. */
export function configurationOf(options: PacemakerOptions, hosts: readonly SimHost[]): Configuration {
  const names = options.ganetiNameAttributes === true;
  return {
    fenceDevices: options.stonithEnabled ?? true,
    stonithEnabled: options.stonithEnabled ?? true,
    stonithAction: options.stonithAction ?? 'off',
    concurrentFencing: options.concurrentFencing ?? true,
    startupFencing: options.startupFencing ?? true,
    noQuorumPolicy: 'stop',
    maintenanceMode: false,
    configured: options.configured ?? true,
    masterForm: options.masterForm ?? 'primitive',
    cloneNotify: options.cloneNotify ?? true,
    monitorMs: options.monitorMs ?? 20_000,
    migrationThreshold: options.migrationThreshold ?? 3,
    parameters: {
      'ganeti-node': options.parameters?.node ?? {},
      'ganeti-master': options.parameters?.master ?? {},
    },
    disabled: new Set(),
    rules: [],
    permanent: new Map(
      hosts.map(({ name, ganetiName }) => [name, new Map(names ? [['ganeti-name', ganetiName]] : [])]),
    ),
    epoch: 1,
  };
}
