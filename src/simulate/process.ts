import type { Env } from '../env/env.ts';
import { simulatedEnv } from './env.ts';
import type { ProcessSpec, SimHost, SimProcess, World } from './world.ts';

/** Thrown at the step at which a process is made to die; from then on none of its calls has any effect. */
export class ProcessDiedError extends Error {
  constructor() {
    super('the simulated process has died here');
    this.name = 'ProcessDiedError';
  }
}

/** What the simulated Env asks of its process. */
export interface Life {
  readonly host: SimHost;
  readonly pid: number;
  alive(): boolean;
  /** Counts a step that leaves the process; throws ProcessDiedError where it ends here, or has ended. */
  step(): void;
  /** The process waits until this is settled; what comes after its end never reaches it. */
  wait<T>(promise: Promise<T>): Promise<T>;
}

export interface Tracked {
  readonly handle: SimProcess;
  /** Neither waiting nor ended: it still has something to run at this moment. */
  busy(): boolean;
}

type End = 'finished' | 'killed' | 'timed-out';

/** Starts code as a process on a host: it ends by itself, with the host, at the time limit, or by `kill`. */
export function startProcess(world: World, host: SimHost, spec: ProcessSpec): Tracked {
  const pid = host.nextPid();
  let end: End | undefined;
  let waiting = 0;
  let steps = 0;
  let tell: (how: End) => void = () => {};
  const ended = new Promise<End>((resolve) => {
    tell = resolve;
  });
  const finish = (how: End): void => {
    if (end !== undefined) return;
    end = how;
    limit.cancel();
    host.pids.delete(pid);
    tell(how);
  };
  const limit = world.clock.after(spec.timeoutMs, () => finish('timed-out'));
  const life: Life = {
    host,
    pid,
    alive: () => end === undefined,
    step: () => {
      if (end !== undefined) throw new ProcessDiedError();
      if (++steps !== spec.dieAtStep) return;
      finish('killed');
      throw new ProcessDiedError();
    },
    wait: (promise) =>
      new Promise((resolve, reject) => {
        waiting++;
        const done = (): boolean => {
          waiting--;
          return end === undefined;
        };
        promise.then(
          (value) => done() && resolve(value),
          (error: unknown) => done() && reject(error),
        );
      }),
  };
  host.pids.set(pid, { signal: () => finish('killed') });
  const env: Env = simulatedEnv(world, life, spec);
  spec.run(env).then(
    () => finish('finished'),
    (error: unknown) => {
      if (error instanceof ProcessDiedError) return;
      // A programming error of ours; it must not pass for a process that ended well.
      world.log(host, `CRASH ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
      finish('killed');
    },
  );
  const handle: SimProcess = {
    host,
    get alive() {
      return end === undefined;
    },
    kill: () => finish('killed'),
    ended,
  };
  return { handle, busy: () => end === undefined && waiting === 0 };
}
