import { virtualClock } from './clock.ts';
import { makeDisk } from './disk.ts';
import { STORY_BEGINS_MS } from './env.ts';
import { startProcess, type Tracked } from './process.ts';
import type { Hooks, LogLine, Program, Service, SimHost, World } from './world.ts';

export interface HostSpec {
  readonly name: string;
  readonly ganetiName: string;
  readonly address: string;
}

/** Loading all of the program from source takes some hundred. */
const MOST_TURNS = 100_000;

/** A world of hosts that are all off; Pacemaker and Ganeti are added to it, then `powerOn` begins the story. */
export function makeWorld(specs: readonly HostSpec[]): World {
  const clock = virtualClock();
  const lines: LogLine[] = [];
  let segments = 0;
  const tracked = new Set<Tracked>();
  const programs = new Map<string, Program>();
  const services: Service[] = [];
  const hooks: Hooks[] = [];
  const hosts = specs.map((spec) => makeHost(spec, () => STORY_BEGINS_MS + clock.now()));
  const networkChanged = (): void => {
    for (const hook of hooks) hook.networkChanged?.();
  };
  const byName = new Map(
    hosts.flatMap((host) => [host.name, host.ganetiName, host.address].map((name) => [name, host] as const)),
  );
  const world: World = {
    ...{ clock, hosts, programs, services, hooks, lines },
    host: (name) => byName.get(name) ?? hosts.find(({ on, addresses }) => on && addresses.has(name)),
    connected: (from, to) => from.on && to.on && (from === to || from.segment === to.segment),
    cut: (some) => {
      segments++;
      for (const host of some) host.segment = segments;
      networkChanged();
    },
    heal: (some) => {
      for (const host of some) host.segment = 0;
      networkChanged();
    },
    powerOff: (host) => {
      if (!host.on) return;
      host.on = false;
      for (const one of tracked) if (one.handle.host === host) one.handle.kill();
      host.pids.clear();
      host.addresses.clear();
      host.disk.clearRun();
      for (const hook of hooks) hook.poweredOff?.(host);
      networkChanged();
    },
    powerOn: (host) => {
      if (host.on) return;
      host.on = true;
      host.boot++;
      for (const hook of hooks) hook.booted?.(host);
      networkChanged();
    },
    start: (host, spec) => {
      const one = startProcess(world, host, spec);
      tracked.add(one);
      void one.handle.ended.then(() => tracked.delete(one));
      return one.handle;
    },
    log: (host, text, entry) => {
      lines.push({ ms: clock.now(), host: host?.name, text, ...(entry === undefined ? {} : { entry }) });
    },
    runUntil: async (ms) => {
      for (;;) {
        await settled(tracked);
        const next = clock.next();
        if (next === undefined || next > ms) break;
        clock.advanceTo(next);
      }
      clock.advanceTo(ms);
    },
  };
  return world;
}

/**
 * Until nothing is left to run at this moment of virtual time. A turn of the event loop empties the queue of
 * promises; a process that is neither waiting nor over is loading a module, which takes further turns.
 */
async function settled(tracked: ReadonlySet<Tracked>): Promise<void> {
  for (let turns = 0; turns < MOST_TURNS; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (![...tracked].some((one) => one.busy())) return;
  }
  throw new Error('a simulated process waits for something outside the simulated world');
}

function makeHost(spec: HostSpec, worldWallClock: () => number): SimHost {
  let lastPid = 1000;
  const host: SimHost = {
    ...spec,
    on: false,
    boot: 0,
    segment: 0,
    skewMs: 0,
    addresses: new Set(),
    pids: new Map(),
    nextPid: () => ++lastPid,
    disk: makeDisk(() => worldWallClock() + host.skewMs),
  };
  return host;
}
