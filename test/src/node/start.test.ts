import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { createServer } from 'node:tls';
import { inWorld } from '../../agents/in-world.ts';
import type { World } from '../../agents/world.ts';

const MARKER = '/run/ganeti-ha/node.started';
const FULL = { parameters: { mode: 'full' }, meta: { timeout: '12000' } };

/** A noded at this machine's address: it needs no more than a TLS handshake, or its refusal. */
async function noded(world: World): Promise<() => void> {
  const server = createServer({});
  server.on('tlsClientError', () => {});
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(1811, world.address('h1'), resolve);
  });
  return () => server.close();
}

function daemonUtil(world: World): readonly string[] {
  return world.calls('daemon-util').map(({ args }) => args.join(' '));
}

describe('start of ganeti-node', { concurrency: 3 }, () => {
  inWorld('records the role, and a second start changes nothing', {}, async (world) => {
    for (const _ of [1, 2]) {
      const run = await world.run('ganeti-node', 'start');
      assert.deepEqual([run.code, run.stdout, run.reason], [0, '', '']);
    }
    assert.notEqual(world.read(MARKER), undefined);
    assert.deepEqual(daemonUtil(world), []);
  });

  inWorld('fails where the run state cannot be written, and says so', {}, async (world) => {
    world.put('/run/ganeti-ha', 'in the way');
    const run = await world.run('ganeti-node', 'start');
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH008 /);
  });

  inWorld('is refused without Ganeti', { ganeti: 'absent' }, async (world) => {
    const run = await world.run('ganeti-node', 'start');
    assert.equal(run.code, 5);
    assert.match(run.told, /^GNH004 /);
  });

  inWorld('in full mode leaves daemons alone that answer', {}, async (world) => {
    const close = await noded(world);
    try {
      await world.confd('h1');
      const run = await world.run('ganeti-node', 'start', FULL);
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(daemonUtil(world), []);
      assert.equal((await world.run('ganeti-node', 'monitor', FULL)).code, 0);
    } finally {
      close();
    }
  });

  inWorld('in full mode restarts a dead noded, and fails where that does not help', {}, async (world) => {
    world.remove('/var/run/ganeti/ganeti-noded.pid');
    await world.confd('h1');
    const run = await world.run('ganeti-node', 'start', FULL);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH201 /);
    assert.ok(daemonUtil(world).includes('start ganeti-noded'), daemonUtil(world).join(', '));
    assert.equal(world.read(MARKER), undefined);
    assert.ok(run.ms < 12_000, `${run.ms} ms`);
  });

  inWorld('in full mode quotes what daemon-util said', {}, async (world) => {
    world.remove('/var/run/ganeti/ganeti-noded.pid');
    world.behave('daemon-util', 'exits-1');
    const run = await world.run('ganeti-node', 'start', FULL);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH201 .*daemon-util start ganeti-noded ended with 1: failed by the test/);
  });

  inWorld('in full mode restarts a confd that is silent', {}, async (world) => {
    const close = await noded(world);
    try {
      const run = await world.run('ganeti-node', 'start', FULL);
      assert.equal(run.code, 1);
      assert.match(run.told, /^GNH202 /);
      assert.ok(daemonUtil(world).includes('start ganeti-confd'), daemonUtil(world).join(', '));
    } finally {
      close();
    }
  });
});

describe('monitor of ganeti-node in full mode', { concurrency: 3 }, () => {
  inWorld('waits for daemons that are away for a moment', {}, async (world) => {
    for (const node of ['h2', 'h3']) await world.confd(node);
    world.put(MARKER, '1\n');
    const running = world.run('ganeti-node', 'monitor', FULL);
    await setTimeout(3_000);
    const close = await noded(world);
    try {
      await world.confd('h1');
      const run = await running;
      // The look before had found ConfD silent, which is shown and harms nobody.
      assert.ok(run.code === 0 || /^GNH202 .* on this candidate/.test(run.told), run.stderr);
      assert.notEqual(run.code, 1);
      assert.equal((await world.run('ganeti-node', 'monitor', FULL)).code, 0);
    } finally {
      close();
    }
  });

  inWorld('fails before its time is over where they stay away', {}, async (world) => {
    for (const node of world.nodes) await world.confd(node);
    world.put(MARKER, '1\n');
    const run = await world.run('ganeti-node', 'monitor', FULL);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.told, /^GNH201 /);
    assert.ok(run.ms > 4_000 && run.ms < 12_000, `${run.ms} ms`);
  });
});
