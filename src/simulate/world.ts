import type { Command, Env, Files, NetResult, Outcome, Stream } from '../env/env.ts';
import type { LedgerEvent } from '../sweep/ledger.ts';

/**
 * The simulated world: hosts on virtual time, in which the real agents run with an `Env` that reaches nothing but it.
 * Pacemaker (src/simulate/pacemaker-*.ts) and Ganeti (ganeti-*.ts) are added to it as programs, services and hooks.
 */
export interface World {
  readonly clock: VirtualClock;
  readonly hosts: readonly SimHost[];
  /** By Pacemaker's or Ganeti's name, or address. */
  host(name: string): SimHost | undefined;
  /** Both are on, and in the same segment. A host reaches itself while it is on. */
  connected(from: SimHost, to: SimHost): boolean;
  /** These hosts reach each other and nobody else from now on. */
  cut(hosts: readonly SimHost[]): void;
  /** These hosts are back in the common network. */
  heal(hosts: readonly SimHost[]): void;
  /** The host is dead at once: its processes end where they are, /run is lost, its disk stays. */
  powerOff(host: SimHost): void;
  /** The host starts; hooks start its services. */
  powerOn(host: SimHost): void;
  /** What the agents and simulated programs run; a bare name as in `Env.run`. Unknown ones are `not-found`. */
  readonly programs: Map<string, Program>;
  readonly services: Service[];
  readonly hooks: Hooks[];
  /** Runs code on a host as a process of its own; ends with the host, at the time limit, or by `kill`. */
  start(host: SimHost, spec: ProcessSpec): SimProcess;
  /** A line of the golden log. `host` undefined: the world's own; `entry`: what it tells stands in a ledger. */
  log: (host: SimHost | undefined, what: string, entry?: LedgerEvent) => void;
  readonly lines: readonly LogLine[];
  /** Runs events up to and including this moment of virtual time, in milliseconds since the story began. */
  runUntil(ms: number): Promise<void>;
}

export interface LogLine {
  readonly ms: number;
  readonly host: string | undefined;
  readonly text: string;
  /** Of a line that tells an entry of a ledger. */
  readonly entry?: LedgerEvent;
}

export interface VirtualClock {
  /** Milliseconds since the story began. */
  now(): number;
  /** Calls back after so many milliseconds; equal moments in the order they were asked for. */
  after(ms: number, call: () => void): Timer;
  sleep(ms: number): Promise<void>;
}

export interface Timer {
  cancel(): void;
}

export interface SimHost {
  /** Pacemaker's name. */
  readonly name: string;
  readonly ganetiName: string;
  readonly address: string;
  on: boolean;
  /** Counts boots from 1; a callback that was meant for an earlier boot compares it. */
  boot: number;
  /** Hosts of the same segment of the network reach each other; 0 is where everybody is in a healthy network. */
  segment: number;
  /** This host's wall clock minus the world's, milliseconds. */
  skewMs: number;
  readonly disk: Disk;
  /** Further addresses on its interfaces, such as the master IP. */
  readonly addresses: Set<string>;
  /** Whoever has a process id here: agents and daemons. What `/proc` says of them is put on the disk. */
  readonly pids: Map<number, PidOwner>;
  nextPid(): number;
}

export interface PidOwner {
  signal(signal: 'SIGTERM' | 'SIGKILL'): void;
}

/** A host's files; `/run` and `/var/run` are gone after a boot. */
export interface Disk extends Files {
  /** What writes answer with; undefined where they work. */
  fault: 'full' | 'read-only' | undefined;
  /** Told of each text that was added to a file. */
  appended: ((path: string, text: string) => void) | undefined;
  /** Files that are made anew at each look, such as /proc/uptime. */
  readonly computed: Map<string, () => string>;
  /** Sets a file past any fault and permission: for the simulated services. */
  put(path: string, text: string, options?: { readonly base64?: boolean; readonly mode?: number }): void;
  clearRun(): void;
}

export type Program = (host: SimHost, command: Command) => Promise<Outcome> | Outcome;

/** A part of the network of a host; the first one that answers with more than undefined is it. */
export interface Service {
  /** Opens a unix socket on its own host; undefined: no such service. `failed` for a socket nobody listens on. */
  unix?(host: SimHost, path: string): NetResult<Stream> | undefined;
  /** The answer to a datagram that has reached a host, after so many milliseconds; undefined: silence. */
  udp?(
    to: SimHost,
    port: number,
    payload: string,
  ): { readonly afterMs: number; readonly payload: string } | undefined;
  /** TCP, TLS and HTTP on a host that is on and reachable. */
  tcp?(to: SimHost, port: number, from: SimHost): TcpAnswer | undefined;
}

export type TcpAnswer =
  | {
      readonly kind: 'accepts';
      readonly tls: boolean;
      readonly http?: { readonly status: number; readonly body: string };
      /** What a POST gets, such as noded's RPC. */
      readonly post?: (path: string, body: string) => { readonly status: number; readonly body: string };
    }
  | { readonly kind: 'refuses' }
  | { readonly kind: 'hangs' };

export interface Hooks {
  booted?(host: SimHost): void;
  poweredOff?(host: SimHost): void;
  /** Which hosts reach which has changed. */
  networkChanged?(): void;
}

export interface ProcessSpec {
  readonly vars: Readonly<Record<string, string>>;
  /** Killed after so long. */
  readonly timeoutMs: number;
  /** The user id; 0 unless given. */
  readonly uid?: number;
  /** For tests of crashes: the process dies instead of its n-th step (each call of Env that leaves it). */
  readonly dieAtStep?: number;
  readonly run: (env: Env) => Promise<void>;
}

export interface SimProcess {
  readonly host: SimHost;
  readonly alive: boolean;
  kill(): void;
  /** How it ended; `killed` also for the host's death and the time limit. Never rejects. */
  readonly ended: Promise<'finished' | 'killed' | 'timed-out'>;
}
