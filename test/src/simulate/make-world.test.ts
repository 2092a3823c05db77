import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { makeWorld } from '../../../src/simulate/make-world.ts';
import type { SimHost, World } from '../../../src/simulate/world.ts';

function twoHosts(): { world: World; h1: SimHost; h2: SimHost } {
  const world = makeWorld([
    { name: 'h1', ganetiName: 'h1.lab.test', address: '192.0.2.11' },
    { name: 'h2', ganetiName: 'h2.lab.test', address: '192.0.2.12' },
  ]);
  const [h1, h2] = world.hosts;
  assert.ok(h1 !== undefined && h2 !== undefined);
  world.powerOn(h1);
  world.powerOn(h2);
  return { world, h1, h2 };
}

/** Runs code on a host and says how its process ended, and after how much virtual time. */
async function play(
  world: World,
  host: SimHost,
  run: (env: Env) => Promise<void>,
  spec: { readonly timeoutMs?: number; readonly dieAtStep?: number } = {},
): Promise<readonly [string, number]> {
  let ended: readonly [string, number] = ['still running', world.clock.now()];
  const process = world.start(host, { vars: {}, timeoutMs: 60_000, ...spec, run });
  void process.ended.then((how) => {
    ended = [how, world.clock.now()];
  });
  await world.runUntil(world.clock.now() + 120_000);
  return ended;
}

describe('a simulated process', () => {
  it('sleeps in virtual time, on a clock that may be wrong', async () => {
    const { world, h1 } = twoHosts();
    h1.skewMs = -5_000;
    const seen: number[] = [];
    const end = await play(world, h1, async (env) => {
      seen.push(env.clock.now());
      await env.clock.sleep(1_500);
      seen.push(env.clock.now());
    });
    assert.deepEqual(end, ['finished', 1_500]);
    assert.deepEqual(seen, [Date.UTC(2025, 11, 31, 23, 59, 55), Date.UTC(2025, 11, 31, 23, 59, 56, 500)]);
  });

  it('dies with its host and has no effect afterwards', async () => {
    const { world, h1 } = twoHosts();
    world.clock.after(1_000, () => world.powerOff(h1));
    const end = await play(world, h1, async (env) => {
      env.files.write('/etc/before', 'x');
      await env.clock.sleep(2_000);
      env.files.write('/etc/after', 'x');
    });
    assert.deepEqual(end, ['killed', 1_000]);
    assert.deepEqual(h1.disk.list('/etc'), ['before']);
  });

  it('can be made to die at any step, and is killed at its time limit', async () => {
    const { world, h1 } = twoHosts();
    const write = async (env: Env): Promise<void> => {
      for (const name of ['a', 'b', 'c']) env.files.write(`/etc/${name}`, 'x');
    };
    assert.deepEqual(await play(world, h1, write, { dieAtStep: 3 }), ['killed', 0]);
    assert.deepEqual(h1.disk.list('/etc'), ['a', 'b']);
    const begun = world.clock.now();
    const slow = await play(world, h1, (env) => env.clock.sleep(90_000), { timeoutMs: 30_000 });
    assert.deepEqual(slow, ['timed-out', begun + 30_000]);
  });

  it('runs programs of the world, which are killed at their time limit, and misses those that are not there', async () => {
    const { world, h1 } = twoHosts();
    world.programs.set('hangs', () => new Promise(() => {}));
    const kinds: string[] = [];
    const [how, ms] = await play(world, h1, async (env) => {
      for (const program of ['hangs', 'absent'])
        kinds.push((await env.run({ program, args: [], timeoutMs: 5_000 })).kind);
    });
    assert.deepEqual([how, ms, kinds], ['finished', 5_000, ['timed-out', 'not-found']]);
  });
});

describe('a simulated host', () => {
  it('loses /run with its power, and keeps its disk', () => {
    const { world, h1 } = twoHosts();
    h1.disk.put('/var/run/x', '1');
    h1.disk.put('/var/lib/x', '1');
    world.powerOff(h1);
    world.powerOn(h1);
    assert.equal(h1.disk.read('/run/x').kind, 'missing');
    assert.equal(h1.disk.read('/var/lib/x').kind, 'text');
  });

  it('with a full disk can read and remove but not write, except to /run', () => {
    const { h1 } = twoHosts();
    h1.disk.put('/var/x', '1');
    h1.disk.fault = 'full';
    assert.equal(h1.disk.write('/var/y', '1').kind, 'failed');
    assert.equal(h1.disk.write('/run/y', '1').kind, 'done');
    assert.equal(h1.disk.read('/var/x').kind, 'text');
    assert.equal(h1.disk.remove('/var/x').kind, 'done');
    assert.deepEqual([h1.disk.stat('/var').kind, h1.disk.stat('/run').kind], ['missing', 'directory']);
  });
});

describe('the simulated network', () => {
  it('answers, refuses, or is silent when the other host is cut off or off', async () => {
    const { world, h1, h2 } = twoHosts();
    world.services.push({
      tcp: (to, port) => (to === h2 && port === 1811 ? { kind: 'accepts', tls: true } : undefined),
    });
    const tries: (() => void)[] = [
      () => {},
      () => world.cut([h2]),
      () => world.heal([h2]),
      () => world.powerOff(h2),
    ];
    const results: string[] = [];
    for (const prepare of tries) {
      prepare();
      await play(world, h1, async (env) => {
        const result = await env.net.probeTls('192.0.2.12', 1811, 1_000);
        results.push(result.kind === 'ok' ? 'ok' : result.code);
      });
    }
    await play(world, h1, async (env) => {
      const result = await env.net.probeTls('192.0.2.11', 1811, 1_000);
      results.push(result.kind === 'ok' ? 'ok' : result.code);
    });
    assert.deepEqual(results, ['ok', 'ETIMEDOUT', 'ok', 'ETIMEDOUT', 'ECONNREFUSED']);
  });
});
