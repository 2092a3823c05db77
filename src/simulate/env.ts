import type { Env, Files, Outcome } from '../env/env.ts';
import { simulatedHmac } from './hmac.ts';
import { simulatedNet } from './net.ts';
import type { Life } from './process.ts';
import type { Disk, ProcessSpec, World } from './world.ts';

/** The story begins on this day, so that logs of all runs are the same: 2026-01-01 00:00 UTC. */
export const STORY_BEGINS_MS = Date.UTC(2026, 0, 1);

/** No program ends in no time; a loop that only runs programs would stand still. */
const PROGRAM_MS = 5;

/** The world as one process on one simulated host sees it. */
export function simulatedEnv(world: World, life: Life, spec: ProcessSpec): Env {
  const { host } = life;
  const lines: string[] = [];
  const sendLog = async (): Promise<void> => {
    const said = lines.splice(0);
    // Whose process is dead sends nothing any more.
    if (!life.alive()) return;
    for (const line of said) world.log(host, line);
  };
  return {
    vars: spec.vars,
    clock: {
      now: () => STORY_BEGINS_MS + world.clock.now() + host.skewMs,
      monotonic: () => world.clock.now(),
      sleep: (ms) => {
        life.step();
        return life.wait(world.clock.sleep(ms));
      },
    },
    files: steppingFiles(host.disk, life),
    net: simulatedNet(world, life),
    log: (level, message) => {
      if (level !== 'debug') lines.push(`${level}: ${message}`);
    },
    sendLog,
    host: {
      uid: spec.uid ?? 0,
      pid: life.pid,
      nodename: host.name,
      addresses: () => ['127.0.0.1', host.address, ...host.addresses],
      uuid: () => {
        const digits = simulatedHmac('', `${host.name} ${host.nextPid()}`);
        return `${digits.slice(0, 8)}-0000-4000-8000-${digits.slice(0, 8)}0000`;
      },
      hmacSha1: simulatedHmac,
      processExists: (pid) => host.pids.has(pid),
      signal: (pid, signal) => {
        life.step();
        const owner = host.pids.get(pid);
        owner?.signal(signal);
        return owner !== undefined;
      },
    },
    run: (command) => {
      life.step();
      return life.wait(withinLimit(world, command.timeoutMs, runProgram()));
      async function runProgram(): Promise<Outcome> {
        const program = world.programs.get(command.program);
        if (program === undefined) return { kind: 'not-found', program: command.program };
        await world.clock.sleep(PROGRAM_MS);
        return await program(host, command);
      }
    },
  };
}

/** A program that takes longer is killed, as the real one would be; what it has set off in the world goes on. */
function withinLimit(world: World, timeoutMs: number, outcome: Promise<Outcome>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const limit = world.clock.after(timeoutMs, () =>
      resolve({ kind: 'timed-out', stdout: '', stderr: '', durationMs: timeoutMs }),
    );
    outcome.then((value) => {
      limit.cancel();
      resolve(value);
    }, reject);
  });
}

/** Each change of the disk is a step at which the process can be made to die; reading is none. */
function steppingFiles(disk: Disk, life: Life): Files {
  const { read, readBase64, stat, lstat, list } = disk;
  const step = <A extends readonly unknown[], R>(change: (...args: A) => R): ((...args: A) => R) => {
    return (...args) => {
      life.step();
      return change(...args);
    };
  };
  return {
    ...{ read, readBase64, stat, lstat, list },
    write: step(disk.write),
    create: step(disk.create),
    append: step(disk.append),
    remove: step(disk.remove),
    rename: step(disk.rename),
  };
}
