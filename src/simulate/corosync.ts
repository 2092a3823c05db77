import { hasQuorum, type VoteOptions } from './corosync-votes.ts';
import type { SimHost, Timer, World } from './world.ts';

/** One membership; formed anew whenever somebody comes or goes. */
export interface Ring {
  readonly sequence: number;
  readonly hosts: readonly SimHost[];
  readonly quorate: boolean;
}

export interface Corosync {
  start(host: SimHost): void;
  /** Leaves in order: the others know at once. */
  stop(host: SimHost): void;
  /** Ends without a word: the others wait for its token. */
  kill(host: SimHost): void;
  /** The ring this host is in; undefined where corosync does not run. */
  ringOf(host: SimHost): Ring | undefined;
}

export interface CorosyncOptions extends VoteOptions {
  /** The token timeout; the consensus timeout is 1.2 of it. */
  readonly tokenMs: number;
}

export interface RingListener {
  /** `restarted`: those of the ring that were in the ring before, but have been started anew since. */
  formed(ring: Ring, restarted: readonly SimHost[]): void;
}

/** corosync.conf(5): `token` is 3000 ms, and `token_coefficient` adds 650 ms for each node beyond two. */
export function defaultTokenMs(hosts: number): number {
  return 3_000 + 650 * Math.max(0, hosts - 2);
}

/** Joins and leaves are agreed on at once; only silence takes the token and the consensus timeout. */
const AGREE_MS = 150;
/** votequorum's default last_man_standing_window. */
const LAST_MAN_STANDING_MS = 10_000;

interface Daemon {
  readonly host: SimHost;
  running: boolean;
  /** Counts starts of corosync here. */
  run: number;
  ring: Ring | undefined;
  /** The run of each host of the ring when it was formed. */
  runs: ReadonlyMap<SimHost, number>;
  due: number | undefined;
  allSeen: boolean;
  expectedVotes: number;
  lastSequence: number;
}

/** Corosync on all hosts: who is in which membership, and with which quorum. */
export function simulatedCorosync(world: World, options: CorosyncOptions, listener: RingListener): Corosync {
  const daemons = world.hosts.map(newDaemon);
  const byHost = new Map(daemons.map((daemon) => [daemon.host, daemon]));
  /** Stopped in order, so nobody waits for them. */
  const leavers = new Set<SimHost>();
  let timer: Timer | undefined;

  const runningOf = (hosts: readonly SimHost[]): readonly Daemon[] =>
    hosts.flatMap((host) => byHost.get(host) ?? []).filter(isUp);

  function components(): readonly (readonly Daemon[])[] {
    const open = new Set(daemons.filter(isUp));
    const found: Daemon[][] = [];
    for (const first of open) {
      const component = [...open].filter((other) => world.connected(first.host, other.host));
      for (const one of component) open.delete(one);
      found.push(component);
    }
    return found;
  }

  /** Where a loss is being waited for, whoever comes ends the wait for the token; then only consensus is waited for. */
  function dueOf(component: readonly Daemon[]): number | undefined {
    if (isSettled(component)) return undefined;
    const now = world.clock.now();
    const silent = component.some(({ ring }) =>
      ring?.hosts.some((host) => !leavers.has(host) && !component.some((one) => one.host === host)),
    );
    if (!silent) return now + AGREE_MS;
    const known = component.flatMap(({ due }) => due ?? []);
    if (known.length === 0) return now + Math.round(2.2 * options.tokenMs);
    const news = component.some(({ due }) => due === undefined);
    return Math.min(...known, ...(news ? [now + Math.round(1.2 * options.tokenMs)] : []));
  }

  function look(): void {
    for (const component of components()) {
      const due = dueOf(component);
      for (const one of component) one.due = due;
    }
    arm();
  }

  function arm(): void {
    timer?.cancel();
    const dues = daemons.filter(isUp).flatMap(({ due }) => due ?? []);
    if (dues.length === 0) return;
    timer = world.clock.after(Math.min(...dues) - world.clock.now(), formWhatIsDue);
  }

  function formWhatIsDue(): void {
    const now = world.clock.now();
    for (const component of components()) {
      if (component.some(({ due }) => due !== undefined && due <= now)) form(component);
    }
    arm();
  }

  function form(component: readonly Daemon[]): void {
    const restarted = component
      .filter(({ host, run }) => component.some(({ runs }) => runs.has(host) && runs.get(host) !== run))
      .map(({ host }) => host);
    const sequence = Math.max(...component.map(({ lastSequence }) => lastSequence)) + 4;
    const runs = new Map(component.map(({ host, run }) => [host, run]));
    const allSeen = component.length === daemons.length || component.some((one) => one.allSeen);
    const expectedVotes = Math.max(component.length, ...component.map((one) => one.expectedVotes));
    const quorate = hasQuorum(options, component.length, expectedVotes, allSeen);
    const ring: Ring = { sequence, hosts: component.map(({ host }) => host), quorate };
    for (const one of component) {
      Object.assign(one, { ring, runs, due: undefined, allSeen, expectedVotes, lastSequence: sequence });
      storeSequence(one, world.hosts.indexOf(one.host) + 1);
    }
    listener.formed(ring, restarted);
    if (options.lastManStanding) world.clock.after(LAST_MAN_STANDING_MS, () => expectOnly(ring));
  }

  function expectOnly(ring: Ring): void {
    const still = runningOf(ring.hosts).filter((one) => one.ring === ring);
    if (!ring.quorate || still.length !== ring.hosts.length || still.length < 2) return;
    for (const one of still) one.expectedVotes = still.length;
  }

  world.hooks.push({ poweredOff: stopDaemon, networkChanged: look });

  function stopDaemon(host: SimHost): void {
    const daemon = byHost.get(host);
    if (daemon === undefined) return;
    // What is on the disk stays: the next ring's number is higher than any seen before.
    Object.assign(daemon, { running: false, ring: undefined, runs: new Map(), due: undefined });
  }

  return {
    start: (host) => {
      const daemon = byHost.get(host);
      if (daemon === undefined || daemon.running || !host.on) return;
      const expectedVotes = daemons.length;
      Object.assign(daemon, { running: true, run: daemon.run + 1, allSeen: false, expectedVotes });
      leavers.delete(host);
      look();
    },
    stop: (host) => {
      stopDaemon(host);
      leavers.add(host);
      look();
    },
    kill: (host) => {
      stopDaemon(host);
      look();
    },
    ringOf: (host) => {
      const daemon = byHost.get(host);
      return daemon !== undefined && isUp(daemon) ? daemon.ring : undefined;
    },
  };

  function newDaemon(host: SimHost): Daemon {
    return {
      host,
      running: false,
      run: 0,
      ring: undefined,
      runs: new Map(),
      due: undefined,
      allSeen: false,
      expectedVotes: world.hosts.length,
      lastSequence: 0,
    };
  }
}

function isUp({ running, host }: Daemon): boolean {
  return running && host.on;
}

/** All are in one ring of just them, and nobody of it was started anew since. */
function isSettled(component: readonly Daemon[]): boolean {
  const ring = component[0]?.ring;
  if (ring === undefined || ring.hosts.length !== component.length) return false;
  return component.every((one) => one.ring === ring && one.runs.get(one.host) === one.run);
}

/** As corosync's exec/main.c stores it: a uint64 of the machine's own byte order. */
function storeSequence({ host, lastSequence }: Daemon, id: number): void {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(lastSequence));
  host.disk.put(`/var/lib/corosync/ringid_${id}`, bytes.toString('base64'), { base64: true });
}
