import type { Daemon } from '../ganeti/daemon-process.ts';
import type { Opcode } from '../ganeti/opcodes.ts';
import type { Configuration } from './ganeti-configuration.ts';
import type { SimHost, World } from './world.ts';

export const DATA_DIR = '/var/lib/ganeti';
/** `/var/run` is a link to it. */
export const RUN_DIR = '/run/ganeti';

export type { Daemon };

/** A daemon's process on a host. */
export interface DaemonProcess {
  readonly daemon: Daemon;
  readonly pid: number;
  /** `refusing` answers everything with an error; `stuck` runs and answers nobody; `suspended` got SIGSTOP. */
  state: 'working' | 'refusing' | 'stuck' | 'suspended';
  alive: boolean;
  /** Called when it works again, and when it is over; they take themselves out. */
  readonly woken: Set<() => void>;
}

/** A daemon at its vote, or the init script. */
export interface StartingProcess {
  /** Settles when a signal has ended it. */
  readonly killed: Promise<'killed'>;
  alive: boolean;
}

export type JobStatus = 'queued' | 'waiting' | 'canceling' | 'running' | 'canceled' | 'success' | 'error';

/** A job as it lies in the queue's folder; replaced as a whole by each change. */
export interface SimJob {
  readonly id: number;
  readonly ops: readonly Opcode[];
  readonly status: JobStatus;
  readonly opstatus: readonly JobStatus[];
  readonly opresult: readonly unknown[];
  /** Milliseconds since the epoch by the clock of the master then. */
  readonly receivedMs: number;
  readonly endedMs: number | undefined;
}

/** An instance's data in one place: on a node's own disks, or on storage that all nodes reach. */
export interface Copy {
  /** Rises by one with each reinstallation: what was on the disks before is gone from this copy. */
  readonly installation: number;
  /**
   * `behind`: the instance has run without it. `incomplete`: a new mirror that does not have everything yet, on which
   * DRBD lets nothing run. `blank`: nothing is on it.
   */
  readonly state: 'good' | 'behind' | 'incomplete' | 'blank';
  /** MiB. */
  readonly disk: number;
}

/** What Ganeti is on one host. */
export interface GanetiHost {
  readonly host: SimHost;
  readonly daemons: Map<Daemon, DaemonProcess>;
  /** Processes that are on their way to be a daemon, and the init script, by process id; none has a pid file. */
  readonly starting: Map<number, StartingProcess>;
  /** How many such processes there have been. */
  begunStarting: number;
  /** Sockets that a killed daemon left behind: connecting to them is refused. */
  readonly staleSockets: Set<Daemon>;
  /** What wconfd has in memory while it runs. */
  memory: Configuration | undefined;
  /** The ssconf set that wconfd has last got to all of them; undefined: none since it began. */
  pushed: string | undefined;
  /** wconfd's distribution that is under way, and what waits for its end. */
  distributing: Promise<void> | undefined;
  /** Node locks, by node name: the job that holds it. */
  readonly locks: Map<string, number>;
  /** Jobs that wait for locks, and for which. */
  readonly wanted: Map<number, readonly string[]>;
  /** The queue as it lies on this host's disk: the master's own, or what it has sent to the candidates. */
  readonly jobs: Map<number, SimJob>;
  lastJob: number;
  /** Jobs with a living process on this host. */
  readonly running: Map<number, { cancelled: boolean }>;
  /** Names of instances that run here. */
  readonly instances: Set<string>;
  /** Data of instances on this host's own disks, by the instance's name; they outlive the power. */
  readonly copies: Map<string, Copy>;
  /** Calls of another host's noded that have not been answered. */
  readonly calls: Set<OpenCall>;
  /** Addresses to which nft refuses TCP. */
  readonly shunned: Set<string>;
  bootedMs: number;
  /** Told of each daemon that has ended while the host goes on. */
  daemonEnded: (daemon: Daemon) => void;
}

/** A connection to a noded that says nothing; `ss --kill` ends it. */
export interface OpenCall {
  readonly address: string;
  end(): void;
}

/** What can be made to go wrong; each is asked at the moment it matters. */
export interface GanetiFaults {
  job?: (
    op: Opcode,
    job: number,
  ) =>
    | { readonly error: readonly [className: string, args: readonly string[]] }
    | { readonly slowMs: number }
    | { readonly stuck: true }
    | undefined;
  /** It has its nodes' locks, and waits without end for one more. */
  waits?: (op: Opcode) => boolean;
  /** Told of each submission that reaches luxid, and of each job when luxid takes it. */
  asked?: (host: SimHost, request: unknown) => void;
  taken?: (host: SimHost, ops: readonly Opcode[], job: number) => void;
  /** Words with which luxid refuses the job. */
  submit?: (ops: readonly Opcode[]) => string | undefined;
  failover?: (host: SimHost) => 'exit-1-after' | 'dies' | 'refused' | undefined;
  /** How long luxid thinks over each answer, milliseconds. */
  luxiDelayMs?: (host: SimHost) => number | undefined;
  /** Whether the out-of-band program works. */
  oob?: (target: SimHost) => boolean;
}

export interface Ganeti {
  readonly world: World;
  readonly hosts: readonly GanetiHost[];
  readonly faults: GanetiFaults;
  /** Data of instances on storage that all nodes reach, by the instance's name. */
  readonly shared: Map<string, Copy>;
  /** Between which nodes DRBD copies an instance's writes, as it was last set up there; by the instance's name. */
  readonly mirrors: Map<string, readonly string[]>;
  /** What each node has, MiB. */
  readonly nodeMemory: number;
  readonly nodeDisk: number;
  readonly startAtBoot: boolean;
  /** After a power cycle the host is back by itself. */
  readonly rebootMs: number;
  of(host: SimHost): GanetiHost;
  /** By Ganeti's name. */
  named(name: string): GanetiHost | undefined;
}

/** Work under way on a host that ends with it: a program, a job's process, a daemon that is starting. */
export interface Errand {
  readonly at: GanetiHost;
  alive(): boolean;
  /** Throws ErrandOver where it has ended meanwhile. */
  sleep(ms: number): Promise<void>;
}

export class ErrandOver extends Error {
  constructor() {
    super('what was under way here has ended');
    this.name = 'ErrandOver';
  }
}

export function errandOn({ world }: Ganeti, at: GanetiHost, goesOn: () => boolean = () => true): Errand {
  const { boot } = at.host;
  const alive = (): boolean => at.host.on && at.host.boot === boot && goesOn();
  return {
    at,
    alive,
    sleep: async (ms) => {
      await world.clock.sleep(ms);
      if (!alive()) throw new ErrandOver();
    },
  };
}

/** Lets it run beside everything else, to its end or the host's. */
export function goAside(work: Promise<unknown>): void {
  work.catch((error: unknown) => {
    if (!(error instanceof ErrandOver)) throw error;
  });
}

/** The wall clock of a host in whole seconds, as Ganeti notes it. */
export function secondsOn(host: SimHost, nowMs: number, beganMs: number): number {
  return Math.floor((beganMs + nowMs + host.skewMs) / 1000);
}

/** Whether it takes signals and connections, whatever it answers. */
export function isAwake({ state }: DaemonProcess): boolean {
  return state === 'working' || state === 'refusing';
}

export function works(at: GanetiHost, daemon: Daemon): boolean {
  return at.daemons.get(daemon)?.state === 'working';
}

/** A story that names what is not there is wrong, and nothing in it means anything. */
export function found<T>(thing: T | undefined, name: string): T {
  if (thing === undefined) throw new Error(`there is no ${name} in the simulated world`);
  return thing;
}
