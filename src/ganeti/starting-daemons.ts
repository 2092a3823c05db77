import type { Env } from '../env/env.ts';
import { runningDaemon } from './daemon-process.ts';
import { type DaemonResult, daemonUtil, systemdOwnsDaemons } from './daemons.ts';

/**
 * They vote before they write their pid file or open their socket (Ganeti 3.0 src/Ganeti/Daemon.hs, genericMain: the
 * check comes before the fork), for 5 s and more where a node is dead. What they have heard by then counts at the
 * end, also where the role has moved meanwhile.
 */
const VOTERS = ['ganeti-wconfd', 'ganeti-luxid'] as const;
type Voter = (typeof VOTERS)[number];

const POLL_MS = 100;
const SYSTEMD_STOP_MS = 4_000;
/** `/etc/init.d/ganeti start` or `restart`, as init's own links call it, too. */
const INIT_SCRIPT = /^(?:S\d\d)?ganeti$/;
const STARTS = /\0(?:start|restart|force-reload)\0/;

interface Starting {
  readonly voters: readonly { readonly daemon: Voter; readonly pid: number }[];
  /** The init script starts one daemon after the other: who ends one of them must wait for the next. */
  readonly byScript: boolean;
}

/**
 * Ends luxid and wconfd where they are still starting, so that none comes up afterwards. Those that are up are left
 * alone. `how` is empty where none was starting; that costs one look at the list of processes.
 */
export async function endStartingDaemons(env: Env, runDir: string, budgetMs: number): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const told = new Map<number, Voter>();
  for (;;) {
    const { voters, byScript } = startingHere(env, runDir);
    if (voters.length === 0 && !byScript) {
      const ended = [...new Set(told.values())].map((daemon) => `ended ${daemon}, which was still starting`);
      return { kind: 'done', how: ended.join(', ') };
    }
    if (env.clock.monotonic() >= end) {
      const names = voters.map(({ daemon, pid }) => `${daemon} (pid ${pid})`);
      const what = names.length > 0 ? names.join(', ') : '/etc/init.d/ganeti';
      return { kind: 'failed', message: `still starting after ${budgetMs} ms: ${what}` };
    }
    for (const { daemon, pid } of voters) {
      // systemd would start it again.
      if (systemdOwnsDaemons(env)) await daemonUtil(env, ['stop', daemon], SYSTEMD_STOP_MS);
      else env.host.signal(pid, told.has(pid) ? 'SIGKILL' : 'SIGTERM');
      told.set(pid, daemon);
    }
    await env.clock.sleep(POLL_MS);
  }
}

function startingHere(env: Env, runDir: string): Starting {
  const down = VOTERS.filter((daemon) => runningDaemon(env, runDir, daemon).kind !== 'running');
  const voters: { readonly daemon: Voter; readonly pid: number }[] = [];
  let byScript = false;
  for (const name of env.files.list('/proc')) {
    const pid = Number(name);
    if (!Number.isSafeInteger(pid) || pid <= 1) continue;
    const comm = text(env, pid, 'comm').trimEnd();
    const daemon = down.find((one) => one === comm);
    if (daemon !== undefined && isOurs(env, pid)) voters.push({ daemon, pid });
    else if (INIT_SCRIPT.test(comm) && STARTS.test(text(env, pid, 'cmdline')) && isOurs(env, pid))
      byScript = true;
  }
  return { voters, byScript };
}

/** Not of a container on this host, which may have a Ganeti of its own, and no corpse (proc(5), status). */
function isOurs(env: Env, pid: number): boolean {
  const status = text(env, pid, 'status');
  return !/^State:\s*[ZX]/m.test(status) && !/^NSpid:\s*\d+\s+\d/m.test(status);
}

function text(env: Env, pid: number, file: string): string {
  const read = env.files.read(`/proc/${pid}/${file}`);
  return read.kind === 'text' ? read.text : '';
}
