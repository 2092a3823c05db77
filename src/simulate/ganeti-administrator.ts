import type { Opcode } from '../ganeti/opcodes.ts';
import { askMaster, readd, runWatcher, serialOn, submitByHand } from './ganeti-by-hand.ts';
import { type Configuration, masterOf, type NodeEntry } from './ganeti-configuration.ts';
import { endDaemon, setState } from './ganeti-daemons.ts';
import { configOn, replaceCopies } from './ganeti-distribute.ts';
import { masterFailover } from './ganeti-failover.ts';
import { type TrueInstance, trueInstances } from './ganeti-instances.ts';
import { dropAddress, masterIpOf } from './ganeti-master-ip.ts';
import { daemonNamed } from './ganeti-programs.ts';
import { uuidOf } from './ganeti-rpc.ts';
import { startDaemon, stopDaemon } from './ganeti-start.ts';
import {
  DATA_DIR,
  type Daemon,
  errandOn,
  found,
  type Ganeti,
  type GanetiFaults,
  type GanetiHost,
  goAside,
  RUN_DIR,
  type SimJob,
} from './ganeti-state.ts';
import type { SimHost } from './world.ts';

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
  /** `name` is an instance's in full, or a node group's. */
  changeTags(
    kind: 'instance' | 'nodegroup',
    name: string,
    change: 'OP_TAGS_SET' | 'OP_TAGS_DEL',
    tags: readonly string[],
  ): number | undefined;
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
  hangDaemon(host: string, daemon: string, how?: 'refusing' | 'stuck' | 'suspended'): void;
  wakeDaemon(host: string, daemon: string): void;
  removePidFile(host: string, daemon: string): void;
  corruptSsconf(host: string, key: string, text: string): void;
  removeSsconf(host: string, key: string): void;
  corruptConfig(host: string, text: string): void;
  /** Every copy of the configuration has the node as last changed then; milliseconds since the epoch. */
  setChanged(node: string, atMs: number): void;
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
  /** A daemon there is still at its vote, or the init script is at work. */
  isStarting(host: string): boolean;
  /** Of the queue that goes furthest. */
  jobs(): readonly SimJob[];
  /** Of that host's own queue, which is what a luxid there knows. */
  jobsOn(host: string): readonly SimJob[];
  /** As they are, whatever the configuration says; those that the newest lists. */
  instances(): readonly TrueInstance[];
}

export function administrator(ganeti: Ganeti): SimGaneti {
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
    setOffline: (name, on) => modify(name, { offline: on }),
    setDrained: (name, on) => modify(name, { drained: on }),
    setCandidate: (name, on) => modify(name, { master_candidate: on }),
    addClusterTag: (text) => tag('OP_TAGS_SET', 'cluster', '', text),
    removeClusterTag: (text) => tag('OP_TAGS_DEL', 'cluster', '', text),
    addNodeTag: (name, text) => tag('OP_TAGS_SET', 'node', full(name), text),
    changeTags: (kind, name, opId, tags) => submitByHand(ganeti, [{ OP_ID: opId, kind, name, tags }]),
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
    removePidFile: (name, daemon) => void hostOf(name).host.disk.remove(`${RUN_DIR}/${daemonOf(daemon)}.pid`),
    corruptSsconf: (name, key, text) => hostOf(name).host.disk.put(ssconf(key), text, { mode: 0o444 }),
    removeSsconf: (name, key) => void hostOf(name).host.disk.remove(ssconf(key)),
    corruptConfig: (name, text) => hostOf(name).host.disk.put(`${DATA_DIR}/config.data`, text),
    setChanged: (name, atMs) => {
      const old = newest();
      const entry = found(old.nodes[uuidOf(hostOf(name))], name);
      const nodes = { ...old.nodes, [entry.uuid]: { ...entry, mtime: atMs / 1000 } };
      replaceCopies(ganeti, old, { ...old, nodes });
    },
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
    isStarting: (name) => hostOf(name).starting.size > 0,
    jobs: () => {
      const [first] = ganeti.hosts.toSorted(
        (one, other) => other.lastJob - one.lastJob || serialOn(other) - serialOn(one),
      );
      return [...(first?.jobs.values() ?? [])];
    },
    jobsOn: (name) => [...hostOf(name).jobs.values()],
    instances: () => trueInstances(ganeti, newest()),
  };
}

function daemonOf(name: string): Daemon {
  return found(daemonNamed(name), name);
}
