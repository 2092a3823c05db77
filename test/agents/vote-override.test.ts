// Two nodes, one of them dead: whoever restarts luxid and wconfd, they must not vote; and not a moment longer.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { World } from './world.ts';

/** h2 is to take the role from h1. */
const PAIR = { size: 2, me: 2, master: 1 } as const;
const START = { meta: { timeout: '300000', interval: '0' } };
const STOP = { meta: { interval: '0' } };
const MARKER = '/run/ganeti-ha/no-voting.sh';
const DEFAULTS = '/etc/default/ganeti';
/** As Debian 12 ships it, in short. */
const OWN = 'RAPI_ARGS="-b 127.0.0.1"\nWCONFD_ARGS=""\nLUXID_ARGS=""\n';

/** The role is taken from the dead h1 without a vote. */
async function takenAlone(world: World): Promise<void> {
  world.put(DEFAULTS, OWN);
  await world.confd('h2');
  await world.run('ganeti-node', 'start');
  gone(world);
  await world.luxid();
  const run = await world.run('ganeti-master', 'start', START);
  assert.equal(run.code, 0, run.stderr);
}

function gone(world: World): void {
  world.pacemaker({ nodes: [{ name: 'h1', online: false }], fencings: [{ target: 'h1' }] });
}

function lasts(world: World): boolean {
  const marked = world.read(MARKER) !== undefined;
  assert.ok(!marked || (world.read(DEFAULTS) ?? '').includes(MARKER), 'a marker that nobody reads');
  return marked;
}

describe('the override of the vote', { concurrency: 3 }, () => {
  inWorld('lasts after a take-over without a vote', PAIR, async (world) => {
    await takenAlone(world);
    assert.equal(lasts(world), true);
    assert.equal((await world.run('ganeti-master', 'monitor')).code, 0);
    assert.equal(lasts(world), true);
  });

  inWorld('is there before the failover begins, and gone where that fails', PAIR, async (world) => {
    world.put(DEFAULTS, OWN);
    await world.confd('h2');
    await world.run('ganeti-node', 'start');
    gone(world);
    world.behave('gnt-cluster', 'failover-stays-exit-0');
    const run = await world.run('ganeti-master', 'start', START);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.stderr, /luxid and wconfd skip it until enough nodes are back/);
    assert.equal(lasts(world), false);
  });

  inWorld('is gone with the stop of the role', PAIR, async (world) => {
    await takenAlone(world);
    assert.equal((await world.run('ganeti-master', 'stop', STOP)).code, 0);
    assert.equal(lasts(world), false);
  });

  for (const agent of ['ganeti-master', 'ganeti-node'] as const) {
    inWorld(`is withdrawn by the monitor of ${agent} once the other is back`, PAIR, async (world) => {
      await takenAlone(world);
      world.pacemaker({});
      await world.confd('h1', { master: 'h2.lab.test' });
      await world.run(agent, 'monitor');
      assert.equal(lasts(world), false);
      assert.equal(world.read(DEFAULTS), OWN);
    });
  }

  inWorld('is put back by a monitor where a package upgrade has overwritten it', PAIR, async (world) => {
    await takenAlone(world);
    world.put(DEFAULTS, OWN);
    await world.run('ganeti-master', 'monitor');
    assert.equal(lasts(world), true);
  });

  inWorld(
    'is made by the look of a master whose partner dies later',
    { ...PAIR, master: 2 },
    async (world) => {
      world.put(DEFAULTS, OWN);
      for (const node of ['h1', 'h2']) await world.confd(node);
      await world.luxid();
      assert.equal((await world.run('ganeti-node', 'start')).code, 0);
      assert.equal((await world.run('ganeti-master', 'start', START)).code, 0);
      assert.equal(lasts(world), false);
      gone(world);
      await world.run('ganeti-node', 'monitor');
      assert.equal(lasts(world), true);
      world.pacemaker({
        nodes: [{ name: 'h1', online: false }],
        fencings: [{ target: 'h1' }],
        quorum: false,
      });
      await world.run('ganeti-node', 'monitor');
      assert.equal(lasts(world), false, 'without quorum');
    },
  );

  inWorld('that cannot be arranged is shown, and the role is held all the same', PAIR, async (world) => {
    world.put(`${DEFAULTS}/in-the-way`, '');
    await world.confd('h2');
    await world.run('ganeti-node', 'start');
    gone(world);
    await world.luxid();
    const run = await world.run('ganeti-master', 'start', START);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /GNH365 .*EISDIR/);
    const monitor = await world.run('ganeti-node', 'monitor');
    assert.equal(monitor.code, 190, monitor.stderr);
    assert.match(monitor.stderr, /GNH365/);
  });
});
