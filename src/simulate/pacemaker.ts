import { writeCib } from './cib-xml.ts';
import { simulatedCorosync } from './corosync.ts';
import { addCrmPrograms, crmMonText } from './crm-programs.ts';
import { confirmFenced, fence } from './fencer.ts';
import { realAgents } from './pacemaker-call.ts';
import { cleanUp, controllerOf } from './pacemaker-controller.ts';
import { membershipOf } from './pacemaker-membership.ts';
import {
  type AlertAgent,
  type Cluster,
  type Configuration,
  type Faults,
  type Member,
  newHistory,
  type Partition,
  type ResourceId,
  recordOf,
  running,
  touch,
} from './pacemaker-model.ts';
import { endMonitors, keepMonitors, runMonitorNow } from './pacemaker-monitors.ts';
import type { SimHost, World } from './world.ts';

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

/** From power to corosync, and from corosync to Pacemaker (measured: online after 3.4 to 4.9 s). */
const COROSYNC_STARTS_MS = 1_000;
const PACEMAKER_STARTS_MS = 1_500;
/** Between "nothing runs there any more" and Pacemaker's end. */
const STOPPING_MS = 300;

/** Corosync, Pacemaker and its tools on every host of the world. Call it before any host is powered on. */
export function addPacemaker(world: World, options: PacemakerOptions = {}): SimPacemaker {
  const hosts = world.hosts;
  const members = hosts.map(newMember);
  const configuration = configurationOf(options, hosts);
  const cluster: Cluster = {
    world,
    members,
    configuration,
    agents: { ...realAgents(configuration.masterForm), ...options.agents },
    faults: options.faults ?? {},
    alerts: [...(options.alerts ?? [])],
    alertsSent: 0,
    fenceMs: options.fenceMs ?? 100,
    dcDeadtimeMs: options.dcDeadtimeMs ?? 4_000,
    tellNotifies: options.tellNotifies ?? false,
  };
  /** What is to be done when a stop in order is over, by member. */
  const afterStop = new Map<Member, () => void>();
  const changed = controllerOf(cluster, leave);
  const membership = membershipOf(cluster, changed);
  const twoNode = options.twoNode ?? hosts.length === 2;
  const corosync = simulatedCorosync(
    world,
    {
      twoNode,
      waitForAll: options.waitForAll ?? (twoNode || options.lastManStanding === true),
      lastManStanding: options.lastManStanding ?? false,
      tokenMs: options.tokenMs ?? 3_000 + 650 * Math.max(0, hosts.length - 2),
    },
    {
      formed: (ring, restarted) =>
        membership.ringFormed(
          ring,
          members.filter(({ host }) => restarted.includes(host)),
        ),
    },
  );
  world.hooks.push({
    poweredOff: (host) => dies(of(host)),
    booted: (host) => {
      if (options.startAtBoot !== false) startStack(of(host));
    },
  });
  addCrmPrograms(cluster, changed, (member) => {
    if (member.partition !== undefined) runMonitorNow(cluster, member, 'ganeti-node', allChanged);
  });
  for (const member of members) writeCib(cluster, member);

  function of(host: SimHost): Member {
    const member = members.find((one) => one.host === host);
    if (member === undefined) throw new Error(`${host.name} is no host of this cluster`);
    return member;
  }

  function named(node: string): Member {
    const member = members.find(({ name }) => name === node);
    if (member === undefined) throw new Error(`no node ${node} in this cluster`);
    return member;
  }

  function partitions(): readonly Partition[] {
    return [...new Set(members.flatMap(({ partition }) => partition ?? []))];
  }

  function allChanged(): void {
    for (const partition of partitions()) changed(partition);
  }

  function startStack(member: Member): void {
    const { boot, on } = member.host;
    if (!on) return;
    const later = (ms: number, call: () => void): void => {
      world.clock.after(ms, () => {
        if (member.host.on && member.host.boot === boot) call();
      });
    };
    later(COROSYNC_STARTS_MS, () => corosync.start(member.host));
    if (member.pacemaker !== 'stopped') return;
    member.pacemaker = 'starting';
    later(COROSYNC_STARTS_MS + PACEMAKER_STARTS_MS, () => {
      if (member.pacemaker !== 'starting') return;
      Object.assign(member, { pacemaker: 'running', history: newHistory(), fencings: [] });
      member.run++;
      member.startedMs = world.clock.now();
      writeCib(cluster, member);
      membership.cameUp(member);
    });
  }

  /** What Pacemaker knows in memory is gone with it. */
  function endPacemaker(member: Member): void {
    endMonitors(member);
    member.run++;
    member.pacemaker = 'stopped';
    member.calls.clear();
    member.attributes.clear();
    member.fencings = [];
    afterStop.delete(member);
  }

  function dies(member: Member): void {
    const { partition } = member;
    endPacemaker(member);
    member.history = newHistory();
    // The others keep it in their picture until corosync says otherwise.
    member.partition = undefined;
    if (partition !== undefined && !partition.hosts.some((host) => host.on)) partition.over = true;
  }

  /** The DC has seen everything stopped on a node that wants to leave. */
  function leave(member: Member): void {
    const { run } = member;
    world.clock.after(STOPPING_MS, () => {
      if (member.run !== run || member.pacemaker !== 'running') return;
      const then = afterStop.get(member);
      membershipEnd(member, true);
      world.log(member.host, 'pacemaker: stopped in order');
      then?.();
    });
  }

  function membershipEnd(member: Member, inOrder: boolean): void {
    endPacemaker(member);
    membership.wentDown(member, inOrder);
  }

  function stopInOrder(member: Member, then: () => void): void {
    if (member.pacemaker !== 'running') {
      endPacemaker(member);
      then();
      return;
    }
    afterStop.set(member, then);
    const status = member.partition?.nodes.get(member.name);
    if (status?.join === 'member' && member.partition !== undefined) {
      status.shutdown = true;
      changed(member.partition);
    } else leave(member);
  }

  function leaveCorosync(member: Member): void {
    corosync.stop(member.host);
    member.partition = undefined;
  }

  function setPermanent(node: string, name: string, value: string | undefined): void {
    const attributes = configuration.permanent.get(named(node).name);
    if (value === undefined) attributes?.delete(name);
    else attributes?.set(name, value);
    configurationChanged();
  }

  function configurationChanged(): void {
    configuration.epoch++;
    for (const member of members) {
      if (member.pacemaker === 'running' && member.host.on) writeCib(cluster, member);
    }
    for (const partition of partitions()) {
      touch(partition);
      // Unmanaged or managed again: the monitors end and begin at once.
      for (const one of running(partition, members)) keepMonitors(cluster, one, () => allChanged());
    }
    allChanged();
  }

  const activeOn = (resource: ResourceId): readonly string[] =>
    members
      .filter(({ host, history, pacemaker }) => {
        const { active, promoted } = recordOf(history, resource);
        const counts =
          resource === 'ganeti-master' && configuration.masterForm === 'promotable' ? promoted : active;
        return host.on && pacemaker === 'running' && counts;
      })
      .map(({ name }) => name);

  const setRules = (rules: Configuration['rules']): void => {
    configuration.rules = rules;
    configurationChanged();
  };

  return {
    setStandby: (node, on) => setPermanent(node, 'standby', on ? 'on' : undefined),
    setNodeMaintenance: (node, on) => setPermanent(node, 'maintenance', on ? 'on' : undefined),
    setMaintenanceMode: (on) => {
      configuration.maintenanceMode = on;
      configurationChanged();
    },
    setStonithEnabled: (on) => {
      configuration.stonithEnabled = on;
      configurationChanged();
    },
    setNoQuorumPolicy: (policy) => {
      configuration.noQuorumPolicy = policy;
      configurationChanged();
    },
    configure: () => {
      configuration.configured = true;
      configurationChanged();
    },
    stop: (node, { corosync: both = true } = {}) => {
      const member = named(node);
      stopInOrder(member, () => {
        if (both) leaveCorosync(member);
      });
    },
    start: (node) => startStack(named(node)),
    kill: (node) => {
      const member = named(node);
      if (member.pacemaker === 'stopped') return;
      membershipEnd(member, false);
      world.log(member.host, 'pacemaker: killed');
    },
    shutdownHost: (node) => {
      const member = named(node);
      stopInOrder(member, () => {
        leaveCorosync(member);
        world.powerOff(member.host);
      });
    },
    disable: (resource) => {
      configuration.disabled.add(resource);
      configurationChanged();
    },
    enable: (resource) => {
      configuration.disabled.delete(resource);
      configurationChanged();
    },
    move: (resource, node) =>
      setRules([...configuration.rules, { resource, node: named(node).name, score: 'prefer' }]),
    ban: (resource, node) =>
      setRules([...configuration.rules, { resource, node: named(node).name, score: 'ban' }]),
    clear: (resource) => setRules(configuration.rules.filter((rule) => rule.resource !== resource)),
    cleanup: (resource) => {
      for (const partition of partitions()) cleanUp(partition, resource, false);
      allChanged();
    },
    refresh: (resource) => {
      for (const partition of partitions()) cleanUp(partition, resource, true);
      allChanged();
    },
    updateParameters: (resource, parameters) => {
      configuration.parameters[resource] = parameters;
      configurationChanged();
    },
    setAttribute: (node, name, value) => {
      const member = named(node);
      if (value === undefined) member.attributes.delete(name);
      else member.attributes.set(name, value);
      if (member.partition !== undefined) changed(member.partition);
    },
    setPermanentAttribute: setPermanent,
    fence: (node, by, action = 'off') => {
      const origin = named(by);
      const client = `stonith_admin.${origin.host.nextPid()}`;
      void fence(cluster, { origin, target: named(node), action, client }, changed);
    },
    confirm: (node, by) => confirmFenced(cluster, named(by), named(node), changed),
    faults: cluster.faults,
    alerts: cluster.alerts,
    masterOn: () => activeOn('ganeti-master'),
    cloneOn: () => activeOn('ganeti-node'),
    isMember: (node, seenBy) => {
      const { partition } = named(seenBy);
      return partition?.hosts.includes(named(node).host) === true;
    },
    hasQuorum: (node) => named(node).partition?.quorate === true,
    dcOf: (node) => named(node).partition?.dc?.name,
    crmMon: (node) => {
      const member = named(node);
      const { partition, pacemaker } = member;
      if (partition === undefined || pacemaker !== 'running') return undefined;
      return crmMonText(cluster, partition, member);
    },
  };
}

function newMember(host: SimHost, index: number): Member {
  return {
    host,
    name: host.name,
    id: index + 1,
    pacemaker: 'stopped',
    run: 0,
    startedMs: 0,
    partition: undefined,
    history: newHistory(),
    monitors: new Map(),
    calls: new Set(),
    attributes: new Map(),
    fencings: [],
    properties: { version: 0, sets: new Map() },
  };
}

function configurationOf(options: PacemakerOptions, hosts: readonly SimHost[]): Configuration {
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
