import assert from 'node:assert/strict';
import type { Env } from '../../../src/env/env.ts';
import { addGaneti, type GanetiOptions, type SimGaneti } from '../../../src/simulate/ganeti.ts';
import { makeWorld } from '../../../src/simulate/make-world.ts';
import type { SimHost, World } from '../../../src/simulate/world.ts';

export interface GanetiWorld {
  readonly world: World;
  readonly ganeti: SimGaneti;
  host(name: string): SimHost;
  /** Runs code as a process on a host to its end and returns what it made of it. */
  on<T>(name: string, run: (env: Env) => Promise<T>): Promise<T>;
  /** Lets so many seconds pass. */
  pass(seconds: number): Promise<void>;
  /** The story so far without its times, of one host if told. */
  log(name?: string): readonly string[];
}

/** A simulated cluster of h1, h2, … that is up, with h1 as master. */
export async function ganetiWorld(size: number, options: GanetiOptions = {}): Promise<GanetiWorld> {
  const world = makeWorld(
    Array.from({ length: size }, (_, index) => ({
      name: `h${index + 1}`,
      ganetiName: `h${index + 1}.lab.test`,
      address: `192.0.2.${11 + index}`,
    })),
  );
  const ganeti = addGaneti(world, options);
  const host = (name: string): SimHost => {
    const one = world.host(name);
    assert.ok(one !== undefined, name);
    return one;
  };
  const pass = (seconds: number): Promise<void> => world.runUntil(world.clock.now() + seconds * 1_000);
  for (const one of world.hosts) world.powerOn(one);
  await pass(30);
  return {
    ...{ world, ganeti, host, pass },
    on: async (name, run) => {
      const results: Awaited<ReturnType<typeof run>>[] = [];
      const process = world.start(host(name), {
        vars: {},
        timeoutMs: 600_000,
        run: async (env) => {
          results.push(await run(env));
        },
      });
      while (process.alive) await pass(0.05);
      const [result] = results;
      assert.ok(results.length === 1 && result !== undefined, `the process ended: ${await process.ended}`);
      return result;
    },
    log: (name) =>
      world.lines
        .filter(({ host: of }) => name === undefined || of === name)
        .map(({ host: of, text }) => (name === undefined ? `${of ?? '-'} ${text}` : text)),
  };
}
