import type { Env } from '../env/env.ts';
import { type Daemon, type DaemonState, runningDaemon } from './daemon-process.ts';

const POLL_MS = 50;
/** How often systemd is asked meanwhile, which costs a process. */
const ASK_MS = 1000;

/**
 * After `daemon-util start`, which under systemd returns before the daemon has so much as its own name: upstream's
 * units are of Type=simple, and luxid and wconfd write their pid file after the vote (genericMain in Daemon.hs). Waits
 * until the daemon is there, systemd has given it up, or the budget (milliseconds) is spent.
 */
export async function awaitDaemon(
  env: Env,
  runDir: string,
  daemon: Daemon,
  budgetMs: number,
): Promise<DaemonState> {
  const end = env.clock.monotonic() + budgetMs;
  let ask = env.clock.monotonic() + ASK_MS;
  for (;;) {
    const state = runningDaemon(env, runDir, daemon);
    if (state.kind === 'running' || env.clock.monotonic() >= end) return state;
    if (env.clock.monotonic() >= ask) {
      const args = ['is-active', `${daemon}.service`];
      const asked = await env.run({ program: 'systemctl', args, timeoutMs: ASK_MS });
      // A daemon that ended is `activating` until its next start, after which it may win the vote.
      if (asked.kind === 'exited' && /^(inactive|failed)$/m.test(asked.stdout)) return state;
      ask = env.clock.monotonic() + ASK_MS;
    }
    await env.clock.sleep(POLL_MS);
  }
}
