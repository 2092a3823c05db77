import type { Env } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';

/** A process of its own on a machine below `root`, which may die at any moment and then does nothing any more. */
export interface Mortal {
  readonly env: Env;
  die(): void;
}

/** What it throws wherever it was when it died; nothing may catch that and go on. */
export class DeadError extends Error {}

/** Above what a kernel gives to a process, so that nobody has them. */
let pids = 5_000_000;

export function mortal(root: string): Mortal {
  let dead = false;
  const log: string[] = [];
  const real = realEnv({ GANETI_HA_ROOT: root }, (level, text) => void log.push(`${level} ${text}`));
  const pid = pids++;
  /** Calls of the dead have no effect, and no answer reaches them. */
  const living = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...args: readonly unknown[]): unknown => {
          if (dead) throw new DeadError();
          return Reflect.apply(value, target, args);
        };
      },
    });
  let ahead = 0;
  // A sleep costs this clock its time, and the test some milliseconds.
  const clock = {
    now: () => real.clock.now() + ahead,
    monotonic: () => real.clock.monotonic() + ahead,
    sleep: async (ms: number) => {
      await real.clock.sleep(Math.min(ms, 5));
      ahead += ms;
    },
  };
  // Nor is anybody waited for who is dead anyway.
  const net: Env['net'] = {
    ...real.net,
    askUdp: (question) => real.net.askUdp({ ...question, timeoutMs: Math.min(question.timeoutMs, 30) }),
  };
  const host = { ...real.host, pid, processExists: (id: number) => id !== pid && id < 5_000_000 && id > 1 };
  const env = { ...real, files: living(real.files), net: living(net), clock: living(clock), host };
  return {
    env,
    die: () => {
      dead = true;
    },
  };
}
