import type { Opcode } from '../ganeti/opcodes.ts';
import { STORY_BEGINS_MS } from './env.ts';
import { askMaster, readd, runWatcher, serialOn, submitByHand } from './ganeti-admin.ts';
import { type Configuration, masterOf, type NodeEntry } from './ganeti-configuration.ts';
import { computeProc, endDaemon, forgetDaemons, setState } from './ganeti-daemons.ts';
import { configOn, putEverything } from './ganeti-distribute.ts';
import { masterFailover } from './ganeti-failover.ts';
import { dropAddress, masterIpOf } from './ganeti-master-ip.ts';
import { confdAnswer, tcpAnswer } from './ganeti-ports.ts';
import { daemonNamed, ganetiPrograms } from './ganeti-programs.ts';
import { uuidOf } from './ganeti-rpc.ts';
import { openSocket } from './ganeti-sockets.ts';
import { startAtBoot, startDaemon, stopDaemon } from './ganeti-start.ts';
import {
  DATA_DIR,
  type Daemon,
  errandOn,
  type Ganeti,
  type GanetiFaults,
  type GanetiHost,
  goAside,
  type SimJob,
} from './ganeti-state.ts';
import type { SimHost, World } from './world.ts';

export type { Configuration, GanetiFaults, SimJob };

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
  /** Name to primary node. */
  readonly instances?: Readonly<Record<string, string>>;
  /** Debian's init script starts Ganeti with the host; true. */
  readonly startAtBoot?: boolean;
  /** How long a host is off that Ganeti has power-cycled; 10 s. */
  readonly rebootMs?: number;
}

/** An administrator's hands and eyes. What is done returns at once, its effects come in virtual time. */
export interface SimGaneti {
  /** On the master; the id of the job, undefined where no luxid takes it. */
  submit(ops: readonly Opcode[]): number | undefined;
  cancel(job: number): void;
  setOffline(node: string, on: boolean): number | undefined;
  setDrained(node: string, on: boolean): number | undefined;
  setCandidate(node: string, on: boolean): number | undefined;
  addClusterTag(tag: string): number | undefined;
  removeClusterTag(tag: string): number | undefined;
  addNodeTag(node: string, tag: string): number | undefined;
  /** A job that holds the locks of these nodes; one that dies meanwhile leaves it waiting for an hour. */
  delayJob(seconds: number, nodes?: readonly string[]): number | undefined;
  redistribute(): number | undefined;
  drainQueue(on: boolean): void;
  readd(node: string): void;
  /** `gnt-cluster master-failover` on this host. */
  masterFailover(host: string, options?: { readonly noVoting?: boolean }): void;

  /** A daemon is named `luxid` or `ganeti-luxid`. */
  startDaemon(host: string, daemon: string): void;
  stopDaemon(host: string, daemon: string): void;
  killDaemon(host: string, daemon: string): void;
  hangDaemon(host: string, daemon: string, how?: 'stuck' | 'suspended'): void;
  wakeDaemon(host: string, daemon: string): void;
  corruptSsconf(host: string, key: string, text: string): void;
  removeSsconf(host: string, key: string): void;
  corruptConfig(host: string, text: string): void;
  removeMasterIp(host: string): void;
  addMasterIp(host: string): void;
  runWatcher(host: string): void;

  readonly faults: GanetiFaults;

  /** The copy on this host's disk. */
  configOf(host: string): Configuration | undefined;
  /** Of all copies on all disks the one with the highest serial. */
  newest(): Configuration;
  /** As the newest configuration has them. */
  nodes(): readonly NodeEntry[];
  isOffline(node: string): boolean;
  offlineNodes(): readonly string[];
  /** By the newest configuration; Ganeti's name. */
  masterByConfig(): string;
  /** Hosts on which there is a luxid. */
  luxidUp(): readonly SimHost[];
  daemonState(host: string, daemon: string): 'running' | 'hung' | 'stopped';
  /** Of the queue that goes furthest. */
  jobs(): readonly SimJob[];
}

const REBOOT_MS = 10_000;
const POOL_SIZE = 10;
const MASTER_IP = '192.0.2.200';
/** Of `hmac.key`, in base64. */
const KEY = 'c2ltdWxhdGVk';
const OOB_PROGRAM = '/etc/ganeti/oob';

/** Adds Ganeti to a world whose hosts are all off: installed, in one cluster, everybody with the same configuration. */
export function addGaneti(world: World, options: GanetiOptions = {}): SimGaneti {
  const faults: GanetiFaults = {};
  const hosts = world.hosts.map(makeHost);
  const byHost = new Map(hosts.map((at) => [at.host, at]));
  const byName = new Map(hosts.map((at) => [at.host.ganetiName, at]));
  const ganeti: Ganeti = {
    ...{ world, hosts, faults },
    startAtBoot: options.startAtBoot ?? true,
    rebootMs: options.rebootMs ?? REBOOT_MS,
    of: (host) => found(byHost.get(host), host.name),
    named: (name) => byName.get(name),
  };
  const config = firstConfiguration(world, options);
  for (const at of hosts) install(ganeti, at, config, options.mond ?? true);
  for (const [name, program] of ganetiPrograms(ganeti)) world.programs.set(name, program);
  world.services.push({
    unix: (host, path) => openSocket(ganeti, ganeti.of(host), path),
    udp: (to, port, payload) => confdAnswer(ganeti, ganeti.of(to), port, payload),
    tcp: (to, port, from) => tcpAnswer(ganeti, ganeti.of(to), port, ganeti.of(from)),
  });
  world.hooks.push({
    booted: (host) => {
      const at = ganeti.of(host);
      at.bootedMs = world.clock.now();
      if (ganeti.startAtBoot) goAside(startAtBoot(ganeti, at));
    },
    poweredOff: (host) => {
      const at = ganeti.of(host);
      forgetDaemons(at);
      for (const gone of [at.running, at.locks, at.shunned, at.instances, at.calls]) gone.clear();
    },
  });
  return administrator(ganeti);
}

function administrator(ganeti: Ganeti): SimGaneti {
  const { world } = ganeti;
  const hostOf = (name: string): GanetiHost => ganeti.of(found(world.host(name), name));
  const full = (name: string): string => hostOf(name).host.ganetiName;
  const modify = (node: string, change: Readonly<Record<string, unknown>>): number | undefined =>
    submitByHand(ganeti, [{ OP_ID: 'OP_NODE_SET_PARAMS', node_name: full(node), ...change }]);
  const tag = (
    opId: 'OP_TAGS_SET' | 'OP_TAGS_DEL',
    kind: 'cluster' | 'node',
    name: string,
    text: string,
  ): number | undefined => submitByHand(ganeti, [{ OP_ID: opId, kind, name, tags: [text] }]);
  const ssconf = (key: string): string => `${DATA_DIR}/ssconf_${key}`;
  const newest = (): Configuration => {
    const [first] = ganeti.hosts
      .map(configOn)
      .sort((one, other) => (other?.serial_no ?? -1) - (one?.serial_no ?? -1));
    return found(first, 'a configuration');
  };
  const node = (name: string): NodeEntry | undefined => newest().nodes[uuidOf(hostOf(name))];
  const plain = { noVoting: false, forceNode: false };
  return {
    faults: ganeti.faults,
    submit: (ops) => submitByHand(ganeti, ops),
    cancel: (job) => void askMaster(ganeti, 'CancelJob', [job, false]),
    setOffline: (name, on) => modify(name, { offline: on, auto_promote: on }),
    setDrained: (name, on) => modify(name, { drained: on, auto_promote: on }),
    setCandidate: (name, on) => modify(name, { master_candidate: on, auto_promote: !on }),
    addClusterTag: (text) => tag('OP_TAGS_SET', 'cluster', '', text),
    removeClusterTag: (text) => tag('OP_TAGS_DEL', 'cluster', '', text),
    addNodeTag: (name, text) => tag('OP_TAGS_SET', 'node', full(name), text),
    delayJob: (duration, nodes = []) =>
      submitByHand(ganeti, [
        { OP_ID: 'OP_TEST_DELAY', duration, on_master: false, on_nodes: nodes.map(full), no_locks: false },
      ]),
    redistribute: () => submitByHand(ganeti, [{ OP_ID: 'OP_CLUSTER_REDIST_CONF' }]),
    drainQueue: (on) => void askMaster(ganeti, 'SetDrainFlag', [on]),
    readd: (name) => readd(ganeti, full(name)),
    masterFailover: (name, { noVoting = false } = {}) =>
      goAside(masterFailover(ganeti, errandOn(ganeti, hostOf(name)), noVoting)),

    startDaemon: (name, daemon) =>
      goAside(startDaemon(ganeti, errandOn(ganeti, hostOf(name)), daemonOf(daemon), plain)),
    stopDaemon: (name, daemon) =>
      goAside(stopDaemon(ganeti, errandOn(ganeti, hostOf(name)), daemonOf(daemon))),
    killDaemon: (name, daemon) => endDaemon(ganeti, hostOf(name), daemonOf(daemon), 'killed'),
    hangDaemon: (name, daemon, how = 'suspended') => setState(ganeti, hostOf(name), daemonOf(daemon), how),
    wakeDaemon: (name, daemon) => setState(ganeti, hostOf(name), daemonOf(daemon), 'working'),
    corruptSsconf: (name, key, text) => hostOf(name).host.disk.put(ssconf(key), text, { mode: 0o444 }),
    removeSsconf: (name, key) => void hostOf(name).host.disk.remove(ssconf(key)),
    corruptConfig: (name, text) => hostOf(name).host.disk.put(`${DATA_DIR}/config.data`, text),
    removeMasterIp: (name) => {
      const at = hostOf(name);
      dropAddress(ganeti, at, masterIpOf(at) ?? '');
    },
    addMasterIp: (name) => {
      const at = hostOf(name);
      at.host.addresses.add(masterIpOf(at) ?? '');
    },
    runWatcher: (name) => goAside(runWatcher(ganeti, hostOf(name))),

    configOf: (name) => configOn(hostOf(name)),
    newest,
    nodes: () => Object.values(newest().nodes),
    isOffline: (name) => node(name)?.offline === true,
    offlineNodes: () =>
      Object.values(newest().nodes)
        .filter(({ offline }) => offline)
        .map(({ name }) => name),
    masterByConfig: () => masterOf(newest())?.name ?? '',
    luxidUp: () => ganeti.hosts.filter(({ daemons }) => daemons.has('ganeti-luxid')).map(({ host }) => host),
    daemonState: (name, daemon) => {
      const process = hostOf(name).daemons.get(daemonOf(daemon));
      return process === undefined ? 'stopped' : process.state === 'working' ? 'running' : 'hung';
    },
    jobs: () => {
      const [first] = ganeti.hosts.toSorted(
        (one, other) => other.lastJob - one.lastJob || serialOn(other) - serialOn(one),
      );
      return [...(first?.jobs.values() ?? [])];
    },
  };
}

function daemonOf(name: string): Daemon {
  return found(daemonNamed(name), name);
}

/** A story that names what is not there is wrong, and nothing in it means anything. */
function found<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`there is no ${name} in the simulated world`);
  return thing;
}

function makeHost(host: SimHost): GanetiHost {
  return {
    host,
    daemons: new Map(),
    staleSockets: new Set(),
    memory: undefined,
    pushed: undefined,
    distributing: undefined,
    locks: new Map(),
    jobs: new Map(),
    lastJob: 0,
    running: new Map(),
    instances: new Set(),
    calls: new Set(),
    shunned: new Set(),
    bootedMs: 0,
  };
}

function install(ganeti: Ganeti, at: GanetiHost, config: Configuration, mond: boolean): void {
  const { disk, ganetiName } = at.host;
  for (const program of ['gnt-cluster', 'ganeti-noded', ...(mond ? ['ganeti-mond'] : [])]) {
    disk.put(`/usr/sbin/${program}`, '', { mode: 0o755 });
  }
  disk.put(`${DATA_DIR}/hmac.key`, KEY, { base64: true, mode: 0o440 });
  disk.put(`${DATA_DIR}/server.pem`, 'server certificate\n', { mode: 0o440 });
  disk.put(`${DATA_DIR}/client.pem`, `certificate of ${ganetiName}\n`, { mode: 0o440 });
  putEverything(at, config);
  computeProc(ganeti, at);
}

const OLD_SECONDS = STORY_BEGINS_MS / 1000 - 86_400;

function firstConfiguration(world: World, options: GanetiOptions): Configuration {
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
  const instances = Object.entries(options.instances ?? {}).map(([name, on]) => {
    const { ganetiName } = found(world.host(on), on);
    return [name, { name, primary_node: ganetiName }] as const;
  });
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
      tags: options.clusterTags ?? [],
    },
    nodes: Object.fromEntries(nodes.map((node) => [node.uuid, node])),
    instances: Object.fromEntries(instances),
  };
}
