import type { Env } from '../env/env.ts';

export type MasterDaemon = 'ganeti-wconfd' | 'ganeti-luxid' | 'ganeti-rapi';
export type Daemon =
  | MasterDaemon
  | 'ganeti-noded'
  | 'ganeti-confd'
  | 'ganeti-mond'
  | 'ganeti-kvmd'
  | 'ganeti-metad';

export type DaemonState =
  /** The process exists; whether it works is another question (a stopped or hung one is running). */
  | { readonly kind: 'running'; readonly pid: number }
  | { readonly kind: 'stopped' }
  | { readonly kind: 'unknown'; readonly message: string };

/** Fields 3 and 22 of /proc/PID/stat, counted from behind the name; the latter in USER_HZ, 100 to the second. */
const STATE = 0;
const START_TIME = 19;
const MS_PER_TICK = 10;

/**
 * Whether a Ganeti daemon's process exists: pid file, process, and that the process is what the file says,
 * since after a crash the number may belong to anybody. No child process is needed for this.
 */
export function runningDaemon(env: Env, runDir: string, daemon: Daemon): DaemonState {
  const path = `${runDir}/${daemon}.pid`;
  const file = env.files.read(path);
  if (file.kind === 'missing') return { kind: 'stopped' };
  if (file.kind === 'unreadable') return { kind: 'unknown', message: `${path}: ${file.message}` };
  const pid = Number(file.text.trim());
  // A daemon that was killed while starting leaves an empty file behind.
  if (!Number.isSafeInteger(pid) || pid <= 1) return { kind: 'stopped' };
  if (!isDaemon(env, pid, daemon)) return { kind: 'stopped' };
  return { kind: 'running', pid };
}

/** Whether the process with this id is (still) this daemon, and no corpse waiting for its parent. */
export function isDaemon(env: Env, pid: number, daemon: Daemon): boolean {
  const comm = env.files.read(`/proc/${pid}/comm`);
  if (comm.kind !== 'text' || comm.text.trimEnd() !== daemon) return false;
  const state = processState(env, pid);
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Whether somebody sent the process SIGSTOP: it cannot answer a polite signal then. */
export function isSuspended(env: Env, pid: number): boolean {
  return processState(env, pid) === 'T';
}

/** Whether it runs and nobody has suspended it, as far as can be told without speaking to it. */
export function isAtWork(env: Env, runDir: string, daemon: Daemon): boolean {
  const state = runningDaemon(env, runDir, daemon);
  return state.kind === 'running' && !isSuspended(env, state.pid);
}

/** How long ago the process started, in milliseconds; undefined where it is gone. */
export function processAgeMs(env: Env, pid: number): number | undefined {
  const uptime = env.files.read('/proc/uptime');
  const startTicks = Number(statFields(env, pid)[START_TIME]);
  if (uptime.kind !== 'text' || !Number.isFinite(startTicks)) return undefined;
  return Number.parseFloat(uptime.text) * 1000 - startTicks * MS_PER_TICK;
}

function processState(env: Env, pid: number): string | undefined {
  return statFields(env, pid)[STATE];
}

/** The fields of proc(5) after the name, which is in brackets and may hold blanks. */
function statFields(env: Env, pid: number): readonly string[] {
  const stat = env.files.read(`/proc/${pid}/stat`);
  if (stat.kind !== 'text') return [];
  return stat.text.slice(stat.text.lastIndexOf(')') + 2).split(' ');
}

/**
 * Removes what a daemon that was killed or crashed left behind. Debian's start-stop-daemon refuses to start
 * a daemon over such a file ("matching only on non-root pidfile ... is insecure", exit code 2: seen with
 * every daemon that does not run as root), so neither the watcher nor master-failover could start it again.
 */
export function removeStalePidFile(env: Env, runDir: string, daemon: Daemon): void {
  if (runningDaemon(env, runDir, daemon).kind === 'stopped') env.files.remove(`${runDir}/${daemon}.pid`);
}
