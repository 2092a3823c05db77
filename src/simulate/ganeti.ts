import { administrator, type SimGaneti } from './ganeti-administrator.ts';
import type { Configuration } from './ganeti-configuration.ts';
import { computeProc, forgetDaemons } from './ganeti-daemons.ts';
import { putEverything } from './ganeti-distribute.ts';
import { firstConfiguration, type GanetiOptions } from './ganeti-first.ts';
import { createCopies, endInstances, leaveBehind, runFirstInstances } from './ganeti-instances.ts';
import { confdAnswer, tcpAnswer } from './ganeti-ports.ts';
import { ganetiPrograms } from './ganeti-programs.ts';
import { leaveJobs } from './ganeti-queue.ts';
import { openSocket } from './ganeti-sockets.ts';
import { startAtBoot } from './ganeti-start.ts';
import { DATA_DIR, found, type Ganeti, type GanetiFaults, type GanetiHost, goAside } from './ganeti-state.ts';
import type { SimHost, World } from './world.ts';

export type { Configuration, GanetiFaults, GanetiOptions, SimGaneti };

const REBOOT_MS = 10_000;
/** By then all hosts of a story are on, so that no mirror misses anything. */
const FIRST_RUN_MS = 1_000;
/** MiB. */
const NODE_MEMORY = 16_384;
const NODE_DISK = 1_048_576;
/** Of `hmac.key`, in base64. */
const KEY = 'c2ltdWxhdGVk';

/** Adds Ganeti to a world whose hosts are all off: installed, in one cluster, everybody with the same configuration. */
export function addGaneti(world: World, options: GanetiOptions = {}): SimGaneti {
  const faults: GanetiFaults = {};
  const hosts = world.hosts.map(makeHost);
  const byHost = new Map(hosts.map((at) => [at.host, at]));
  const byName = new Map(hosts.map((at) => [at.host.ganetiName, at]));
  const ganeti: Ganeti = {
    ...{ world, hosts, faults, shared: new Map(), mirrors: new Map() },
    nodeMemory: options.nodeMemory ?? NODE_MEMORY,
    nodeDisk: options.nodeDisk ?? NODE_DISK,
    startAtBoot: options.startAtBoot ?? true,
    rebootMs: options.rebootMs ?? REBOOT_MS,
    of: (host) => found(byHost.get(host), host.name),
    named: (name) => byName.get(name),
  };
  const config = firstConfiguration(world, options);
  for (const at of hosts) {
    install(ganeti, at, config, options.mond ?? true);
    at.daemonEnded = (daemon) => leaveJobs(ganeti, at, daemon);
  }
  createCopies(ganeti, config);
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
      if (host.boot === 1) world.clock.after(FIRST_RUN_MS, () => runFirstInstances(at, config));
      if (ganeti.startAtBoot) goAside(startAtBoot(ganeti, at));
    },
    poweredOff: (host) => {
      const at = ganeti.of(host);
      forgetDaemons(at);
      endInstances(ganeti, at);
      for (const gone of [at.running, at.locks, at.wanted, at.shunned, at.calls]) gone.clear();
    },
    networkChanged: () => leaveBehind(ganeti),
  });
  return administrator(ganeti);
}

function makeHost(host: SimHost): GanetiHost {
  return {
    host,
    daemons: new Map(),
    starting: new Map(),
    begunStarting: 0,
    staleSockets: new Set(),
    memory: undefined,
    pushed: undefined,
    distributing: undefined,
    locks: new Map(),
    wanted: new Map(),
    jobs: new Map(),
    lastJob: 0,
    running: new Map(),
    instances: new Set(),
    copies: new Map(),
    calls: new Set(),
    shunned: new Set(),
    bootedMs: 0,
    daemonEnded: () => {},
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
