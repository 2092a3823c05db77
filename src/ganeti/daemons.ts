import type { Env, Outcome } from '../env/env.ts';
import { awaitDaemon } from './awaited-daemon.ts';
import { type Daemon, isDaemon, isSuspended, removeStalePidFile, runningDaemon } from './daemon-process.ts';

export type DaemonResult =
  /** The state asked for is reached; `how` says what was needed, empty where nothing was. */
  { readonly kind: 'done'; readonly how: string } | { readonly kind: 'failed'; readonly message: string };

const POLL_MS = 50;
/** A stopping daemon is gone within 200 ms in the lab; Ganeti's own patience of 30 s is not ours to spend. */
const GENTLE_STOP_MS = 4000;
const POLITE_MS = 1000;

/** Runs Ganeti's `daemon-util`, e.g. `['start', 'ganeti-luxid']`. */
export async function daemonUtil(
  env: Env,
  args: readonly string[],
  timeoutMs: number,
  childEnv: Readonly<Record<string, string>> = {},
): Promise<DaemonResult> {
  const command = { program: 'daemon-util', args, timeoutMs, env: childEnv };
  const outcome = await env.run(command);
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'done', how: args.join(' ') };
  return { kind: 'failed', message: `daemon-util ${args.join(' ')} ${inWords(outcome, timeoutMs)}` };
}

/**
 * Ends one daemon within the budget (milliseconds), also one that does not listen any more: first Ganeti's
 * own way, then SIGTERM and SIGKILL to the process that was verified to be this daemon. Leaves no stale pid
 * file. Judged by whether the process is gone, not by what daemon-util said.
 */
export async function stopDaemon(
  env: Env,
  runDir: string,
  daemon: Daemon,
  budgetMs = 8000,
): Promise<DaemonResult> {
  const result = await endDaemon(env, runDir, daemon, budgetMs);
  removeStalePidFile(env, runDir, daemon);
  return result;
}

async function endDaemon(env: Env, runDir: string, daemon: Daemon, budgetMs: number): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const before = runningDaemon(env, runDir, daemon);
  const systemd = systemdOwnsDaemons(env);
  // systemd may be about to restart a crashed daemon; only telling systemd prevents that.
  if (before.kind === 'stopped' && !systemd) return { kind: 'done', how: '' };
  const pid = before.kind === 'running' ? before.pid : undefined;
  let said = '';
  // A suspended process gets no polite signal, unless from systemd, which wakes it up.
  if (pid === undefined || systemd || !isSuspended(env, pid)) {
    const gentle = await daemonUtil(env, ['stop', daemon], Math.min(budgetMs / 2, GENTLE_STOP_MS));
    if (pid === undefined) return gentle;
    if (!isDaemon(env, pid, daemon)) return { kind: 'done', how: `stopped ${daemon}` };
    if (gentle.kind === 'failed') {
      said = ` (${gentle.message})`;
      env.host.signal(pid, 'SIGTERM');
      if (await gone(env, pid, daemon, Math.min(env.clock.monotonic() + POLITE_MS, end))) {
        return { kind: 'done', how: `terminated ${daemon}${said}` };
      }
    }
  }
  if (isDaemon(env, pid, daemon)) env.host.signal(pid, 'SIGKILL');
  if (await gone(env, pid, daemon, Math.max(end, env.clock.monotonic() + POLITE_MS))) {
    return { kind: 'done', how: `killed ${daemon}, which did not stop by itself${said}` };
  }
  return { kind: 'failed', message: `${daemon} (pid ${pid}) is still there after SIGKILL${said}` };
}

/** Starts one daemon; `args` are given to it this time only. Judged by the process that is there afterwards. */
export async function startDaemon(
  env: Env,
  runDir: string,
  daemon: Daemon,
  args: readonly string[] = [],
  budgetMs = 15_000,
): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const before = runningDaemon(env, runDir, daemon);
  // Debian's start-stop-daemon fails with 2 for a daemon that is running under another user.
  if (before.kind === 'running') return { kind: 'done', how: '' };
  removeStalePidFile(env, runDir, daemon);
  const started = await daemonUtil(env, ['start', daemon, ...args], budgetMs);
  const wait = started.kind === 'done' && systemdOwnsDaemons(env) ? end - env.clock.monotonic() : 0;
  const after = await awaitDaemon(env, runDir, daemon, wait);
  if (after.kind === 'running') return { kind: 'done', how: `started ${daemon}` };
  if (started.kind === 'failed') return started;
  return { kind: 'failed', message: `${daemon} ended right after its start; see its log in /var/log/ganeti` };
}

/** For a daemon that is dead or hung. */
export async function restartDaemon(
  env: Env,
  runDir: string,
  daemon: Daemon,
  budgetMs = 20_000,
): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const stopped = await stopDaemon(env, runDir, daemon, Math.min(8000, budgetMs / 2));
  if (stopped.kind === 'failed') return stopped;
  const started = await startDaemon(env, runDir, daemon, [], Math.max(1000, end - env.clock.monotonic()));
  if (started.kind === 'failed') return started;
  return { kind: 'done', how: [stopped.how, started.how].filter((part) => part !== '').join(', ') };
}

/**
 * Whether daemon-util hands daemons to systemd, by the same test as its own (`use_systemctl`): systemd is
 * there and knows Ganeti's units. Debian 12's package ships none, upstream's `ganeti.target` may be installed.
 */
export function systemdOwnsDaemons(env: Env): boolean {
  if (env.files.stat('/run/systemd/system').kind !== 'directory') return false;
  const folders = ['/etc/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'];
  return folders.some((folder) => env.files.stat(`${folder}/ganeti.target`).kind === 'file');
}

async function gone(env: Env, pid: number, daemon: Daemon, until: number): Promise<boolean> {
  while (isDaemon(env, pid, daemon)) {
    if (env.clock.monotonic() >= until) return false;
    await env.clock.sleep(POLL_MS);
  }
  return true;
}

function inWords(outcome: Outcome, timeoutMs: number): string {
  switch (outcome.kind) {
    case 'exited': {
      const said = (outcome.stderr.trim() || outcome.stdout.trim()).split('\n').join('; ');
      return `ended with ${outcome.code}${said === '' ? '' : `: ${said}`}`;
    }
    case 'killed':
      return `was killed by ${outcome.signal}`;
    case 'timed-out':
      return `did not end within ${timeoutMs} ms and was killed`;
    case 'not-found':
      return 'could not run: daemon-util is not installed';
    case 'not-started':
      return `could not run: ${outcome.message}`;
  }
}
