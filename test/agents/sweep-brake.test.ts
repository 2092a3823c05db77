import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { LuxidServer } from './luxid-server.ts';
import { fence, offlined, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

/** All jobs have run, and Ganeti and ssconf show it. */
function carryOut(world: World, luxid: LuxidServer): void {
  const done = offlined(luxid);
  for (const job of luxid.jobs) job.status = 'success';
  for (const node of luxid.nodes) {
    if (!done.includes(node.name)) continue;
    node.offline = true;
    node.mtime = Date.now() / 1000;
  }
  world.put('/var/lib/ganeti/ssconf_offline_nodes', done.map((name) => `${name}\n`).join(''));
}

describe('the brake of the sweep', { concurrency: 3 }, () => {
  inWorld(
    'has TCP refused also to whom it holds, else the submission waits for it',
    { size: 5 },
    async (world) => {
      const luxid = await watchingMaster(world, ['h4.lab.test', 'h5.lab.test']);
      fence(world, 'h4', 'h5');
      await world.run('ganeti-node', 'monitor', { parameters: { max_offline: '1' } });
      assert.deepEqual(offlined(luxid), ['h4.lab.test']);
      const ruleset = world.calls('nft').flatMap(({ input }) => input ?? []);
      for (const node of ['h4', 'h5']) assert.ok(ruleset.join('').includes(world.address(node)), node);
    },
  );

  for (const [what, lose] of [
    [
      'on a new master, which has no ledger of it',
      (world: World) => world.remove('/var/lib/ganeti-ha/ledger.jsonl'),
    ],
    [
      'where the ledger cannot be written',
      (world: World) => {
        world.remove('/var/lib/ganeti-ha');
        world.put('/var/lib/ganeti-ha', 'in the way');
      },
    ],
  ] as const) {
    inWorld(`holds also ${what}`, { size: 7 }, async (world) => {
      const luxid = await watchingMaster(world);
      fence(world, 'h2', 'h3', 'h4', 'h5', 'h6');
      await world.run('ganeti-node', 'monitor');
      assert.equal(offlined(luxid).length, 3);
      lose(world);
      for (const job of luxid.jobs) assert.equal(job.status, 'queued');
      await world.run('ganeti-node', 'monitor');
      assert.equal(offlined(luxid).length, 3, 'jobs that have not run yet take places');
      carryOut(world, luxid);
      const run = await world.run('ganeti-node', 'monitor');
      assert.equal(offlined(luxid).length, 3, 'so do nodes that have just been marked');
      assert.match(run.stderr, /GNH304 /);
    });
  }

  inWorld('gives the place of one that answers to nobody who was not asked', { size: 5 }, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h4', 'h5');
    world.confdNow('h4', { silent: false });
    world.confdNow('h5', { silent: false });
    await world.run('ganeti-node', 'monitor', { parameters: { max_offline: '1' } });
    assert.deepEqual(offlined(luxid), [], 'both have booted again');
    assert.deepEqual(world.calls('ss'), []);
  });

  inWorld('does not count nodes that have long been offline', { size: 7 }, async (world) => {
    const luxid = await watchingMaster(world);
    for (const node of luxid.nodes.slice(1, 4)) {
      node.offline = true;
      node.mtime = Date.now() / 1000 - 601;
    }
    // With all seven as candidates the second would wait for the first.
    for (const node of luxid.nodes.slice(4)) node.candidate = false;
    fence(world, 'h5', 'h6');
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h5.lab.test', 'h6.lab.test']);
  });
});
