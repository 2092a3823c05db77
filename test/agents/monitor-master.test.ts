import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { DOUBT, markMaster, markNode, PROBE, RECURRING, votesAgainst, votesFor } from './monitor-states.ts';

describe('the monitor of ganeti-master', { concurrency: 3 }, () => {
  for (const { what, reason, prepare } of DOUBT) {
    inWorld(`a probe of ganeti-master is an error with a reason where ${what}`, {}, async (world) => {
      await prepare(world);
      const run = await world.run('ganeti-master', 'monitor', PROBE);
      assert.equal(run.code, 1, run.stderr);
      assert.match(run.told, reason);
    });
  }

  for (const { what, reason, prepare } of DOUBT.slice(0, 5)) {
    inWorld(
      `a recurring monitor of ganeti-master is an error with a reason where ${what}`,
      {},
      async (world) => {
        await markMaster(world);
        await prepare(world);
        const run = await world.run('ganeti-master', 'monitor', RECURRING);
        assert.equal(run.code, 1, run.stderr);
        assert.match(run.told, reason);
      },
    );
  }

  inWorld(
    'a started master whose Ganeti files have vanished is in doubt, not cleanly stopped',
    {},
    async (world) => {
      await markMaster(world);
      world.remove('/var/lib/ganeti');
      const unused = await world.run('ganeti-master', 'monitor', RECURRING);
      assert.equal(unused.code, 1, unused.stderr);
      world.remove('/usr');
      const absent = await world.run('ganeti-master', 'monitor', RECURRING);
      assert.equal(absent.code, 1, absent.stderr);
    },
  );

  inWorld(
    'a returning old master with stale ssconf is not running, against the others’ newer word',
    {},
    async (world) => {
      await votesAgainst(world);
      const run = await world.run('ganeti-master', 'monitor', PROBE);
      assert.equal(run.code, 7, run.stderr);
      assert.match(run.told, /^GNH109 .*h2\.lab\.test/);
    },
  );

  inWorld('two masters: where luxid works here the role is not called stopped', {}, async (world) => {
    await votesAgainst(world);
    await world.luxid();
    const run = await world.run('ganeti-master', 'monitor', PROBE);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.told, /^GNH109 .*h2\.lab\.test/);
  });

  inWorld('a role that moved while this node was frozen is noticed by the node agent', {}, async (world) => {
    await markMaster(world);
    await markNode(world);
    await votesAgainst(world);
    await world.luxid();
    assert.equal((await world.run('ganeti-node', 'monitor', RECURRING)).code, 190);
    const run = await world.run('ganeti-master', 'monitor', RECURRING);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.told, /^GNH109 /);
  });

  inWorld('a start under way is not taken for a stale claim', {}, async (world) => {
    await markNode(world);
    await votesAgainst(world);
    world.put('/run/ganeti-ha/master.starting', `${process.pid}\n`);
    const run = await world.run('ganeti-node', 'monitor', RECURRING);
    assert.doesNotMatch(run.stderr, /GNH109/);
    world.put('/run/ganeti-ha/master.starting', '4194305\n');
    assert.match((await world.run('ganeti-node', 'monitor', RECURRING)).told, /^GNH109/);
  });

  inWorld('a probe finds the role held where the others’ votes say so, and records it', {}, async (world) => {
    await votesFor(world);
    assert.equal((await world.run('ganeti-master', 'monitor', PROBE)).code, 0);
    assert.notEqual(world.read('/run/ganeti-ha/master.started'), undefined);
  });

  inWorld('with silent votes a luxid that answers is proof enough of the role', {}, async (world) => {
    await world.luxid();
    assert.equal((await world.run('ganeti-master', 'monitor', PROBE)).code, 0);
  });

  inWorld('the role is not running on a node that ssconf does not name', { master: 2 }, async (world) => {
    const run = await world.run('ganeti-master', 'monitor', PROBE);
    assert.deepEqual([run.code, run.reason], [7, '']);
  });

  inWorld('a master moved by hand is named as such', { master: 2 }, async (world) => {
    await markMaster(world);
    const run = await world.run('ganeti-master', 'monitor', RECURRING);
    assert.equal(run.code, 7);
    assert.match(run.told, /^GNH108 .*h2\.lab\.test/);
  });

  inWorld(
    'a master moved by hand is in the log before Pacemaker is told, for Pacemaker then ends the monitor',
    { master: 2 },
    async (world) => {
      await markMaster(world);
      await world.run('ganeti-master', 'monitor', { ...RECURRING, vars: { HA_LOGFACILITY: 'daemon' } });
      const told = world.calls().filter(({ program }) => program === 'logger' || program === 'attrd_updater');
      const [log, attribute] = told;
      assert.match(log?.input ?? '', /GNH108/);
      assert.deepEqual(attribute?.args.slice(0, 2), ['--name', 'ganeti-master-moved']);
    },
  );

  inWorld(
    'ganeti-master does not run on a non-candidate, or is an error there, as the parameter says',
    { master: 2, candidates: [2, 3] },
    async (world) => {
      assert.equal((await world.run('ganeti-master', 'monitor', PROBE)).code, 7);
      const strict = await world.run('ganeti-master', 'monitor', {
        ...PROBE,
        parameters: { non_candidate: 'error' },
      });
      assert.notEqual(strict.code, 0);
      assert.notEqual(strict.code, 7);
      assert.match(strict.told, /^GNH101 /);
    },
  );
});
