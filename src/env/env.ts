/**
 * Everything outside the program: time, processes, files, sockets, the log.
 * The agents get the real implementation (`real.ts`), tests and the simulator bring their own;
 * no other file of `src` may touch `Date`, `process`, `node:fs` or `node:net`.
 */
export interface Env {
  /** The environment variables of this call, e.g. `OCF_RESKEY_mode`. */
  readonly vars: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly files: Files;
  readonly net: Net;
  readonly log: Log;
  /** Sends at once what was logged so far; for before a step that may end this very process. Never fails. */
  sendLog(): Promise<void>;
  readonly host: Host;
  /** Runs a command to its end; never throws for what the command did. */
  run(command: Command): Promise<Outcome>;
}

export interface Clock {
  /** Wall clock, milliseconds since the epoch. */
  now(): number;
  /** Milliseconds since some moment, for durations: it goes on evenly where the wall clock is set. */
  monotonic(): number;
  /** Waits this many milliseconds. */
  sleep(ms: number): Promise<void>;
}

export interface Command {
  /** A name such as `crm_mon`, looked up in the trusted directories only; never a shell string. */
  readonly program: string;
  readonly args: readonly string[];
  /** After this many milliseconds the whole process group is killed. */
  readonly timeoutMs: number;
  /** Added to the scrubbed environment of the child. */
  readonly env?: Readonly<Record<string, string>>;
  /** Text for standard input; without it standard input is closed, so nothing can prompt. */
  readonly input?: string;
}

/** How a child process ended. */
export type Outcome =
  | {
      readonly kind: 'exited';
      readonly code: number;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'killed';
      readonly signal: string;
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | {
      readonly kind: 'timed-out';
      readonly stdout: string;
      readonly stderr: string;
      readonly durationMs: number;
    }
  | { readonly kind: 'not-found'; readonly program: string }
  | { readonly kind: 'not-started'; readonly program: string; readonly message: string };

/** What reading a file gave. `missing` only where the file surely is not there (ENOENT, ENOTDIR). */
export type ReadResult =
  | { readonly kind: 'text'; readonly text: string; readonly mtimeMs: number }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string };

export type StatResult =
  | {
      readonly kind: 'file' | 'directory' | 'other';
      readonly size: number;
      readonly mtimeMs: number;
      readonly uid: number;
      /** Permission bits, e.g. 0o644. */
      readonly mode: number;
    }
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly message: string };

/** `failed` carries the system's words (`ENOSPC: no space left on device, …`). */
export type WriteResult = { readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string };

/** Small local files, read and written whole. Synchronous: each is one or two system calls. */
export interface Files {
  read(path: string): ReadResult;
  /** Raw bytes as base64, for binary files such as keys and corosync's ring identity. */
  readBase64(path: string): ReadResult;
  stat(path: string): StatResult;
  /** Like `stat`, but does not follow a symbolic link. */
  lstat(path: string): StatResult;
  /** File names, sorted; empty where the directory does not exist. */
  list(path: string): readonly string[];
  /** Temporary file and rename, so that a reader sees the old or the new text; makes missing folders. */
  write(path: string, text: string, mode?: number): WriteResult;
  /** Creates a file that must not exist yet; `exists` where it does. */
  create(path: string, text: string): WriteResult | { readonly kind: 'exists' };
  /** One `write(2)` with O_APPEND, then fsync; makes missing folders. */
  append(path: string, text: string): WriteResult;
  /** Succeeds where there is nothing to remove. */
  remove(path: string): WriteResult;
  rename(from: string, to: string): WriteResult;
}

/** A failure of the network, as facts: `code` is the system's (ECONNREFUSED, ENOENT) or ETIMEDOUT. */
export type NetResult<T> =
  | { readonly kind: 'ok'; readonly value: T }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string };

export interface Net {
  /** Opens a stream to a unix socket path. */
  connectUnix(path: string, timeoutMs: number): Promise<NetResult<Stream>>;
  /** Whether something accepts TCP at host:port. */
  probeTcp(host: string, port: number, timeoutMs: number): Promise<NetResult<true>>;
  /** Whether a TLS handshake completes; the certificate is not checked, liveness is the question. */
  probeTls(host: string, port: number, timeoutMs: number): Promise<NetResult<true>>;
  /** GET over HTTP, or over HTTPS without a check of the certificate, by the URL; the body as text. */
  httpGet(
    url: string,
    timeoutMs: number,
  ): Promise<NetResult<{ readonly status: number; readonly body: string }>>;
  /** POST over TLS with a client certificate. */
  httpsPost(post: HttpsPost): Promise<NetResult<{ readonly status: number; readonly body: string }>>;
  /** Sends a datagram to each address and collects what comes back until `done` says enough or time is up. */
  askUdp(question: UdpQuestion): Promise<readonly UdpAnswer[]>;
}

export interface HttpsPost {
  readonly host: string;
  readonly port: number;
  /** With its slash. */
  readonly path: string;
  readonly body: string;
  /** PEM: our certificate and its key. */
  readonly identity: string;
  /** PEM: who must have signed the server's certificate; the name in it does not matter. */
  readonly authority: string;
  readonly timeoutMs: number;
}

export interface Stream {
  write(text: string): void;
  /** The next chunk; `failed` with code ETIMEDOUT after timeoutMs, EPIPE when the peer closed. */
  read(timeoutMs: number): Promise<NetResult<string>>;
  close(): void;
}

export interface UdpQuestion {
  readonly to: readonly { readonly address: string; readonly port: number; readonly payload: string }[];
  readonly timeoutMs: number;
  /** When to send again, in milliseconds after the first time, to those that `isOpen` (by their place in `to`). */
  readonly again?: { readonly atMs: readonly number[]; readonly isOpen: (index: number) => boolean };
  /** Called after each answer; true ends the wait early. */
  readonly done: (answers: readonly UdpAnswer[]) => boolean;
}

export interface UdpAnswer {
  readonly address: string;
  readonly payload: string;
}

export type LogLevel = 'error' | 'warning' | 'info' | 'debug';

export type Log = (level: LogLevel, message: string) => void;

export interface Host {
  /** Effective user id. */
  readonly uid: number;
  readonly pid: number;
  /** `uname -n`. */
  readonly nodename: string;
  /** Addresses on this host's interfaces right now. */
  addresses(): readonly string[];
  /** A fresh random identifier. */
  uuid(): string;
  /** HMAC-SHA1 in hex of key (base64) and text; ConfD's signature. */
  hmacSha1(keyBase64: string, text: string): string;
  /** Whether a process with this id exists. */
  processExists(pid: number): boolean;
  /** Sends a signal to one process; false where it was gone already. */
  signal(pid: number, signal: 'SIGTERM' | 'SIGKILL'): boolean;
}
