import assert from 'node:assert/strict';
import { inWorld } from './in-world.ts';
import { markMaster, PROBE, votesFor } from './monitor-states.ts';
import { withinLimit } from './timing.ts';

inWorld('a quiet recurring monitor of both agents starts no process', {}, async (world) => {
  await markMaster(world);
  await votesFor(world);
  assert.equal((await world.run('ganeti-master', 'monitor')).code, 0);
  assert.equal((await world.run('ganeti-node', 'start')).code, 0);
  const before = world.calls().length;
  assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
  assert.equal((await world.run('ganeti-master', 'monitor')).code, 0);
  assert.deepEqual(
    world
      .calls()
      .slice(before)
      .map(({ program }) => program),
    [],
  );
});

inWorld('without noded, which would bring the news, a node is never quiet', {}, async (world) => {
  await markMaster(world);
  await votesFor(world);
  assert.equal((await world.run('ganeti-node', 'start')).code, 0);
  world.remove('/var/run/ganeti/ganeti-noded.pid');
  const before = world.calls().length;
  assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
  const programs = world.calls().map(({ program }) => program);
  assert.ok(programs.slice(before).includes('crm_mon'), programs.join(' '));
});

for (const agent of ['ganeti-node', 'ganeti-master', 'ganeti-master-promotable'] as const) {
  inWorld(
    `a probe of ${agent} without Ganeti says not installed within 200 ms`,
    { ganeti: 'absent' },
    async (world) => {
      const run = await withinLimit(world, agent, 200, () => world.run(agent, 'monitor', PROBE));
      assert.equal(run.code, 5);
      assert.match(run.told, /^GNH004 /);
      assert.deepEqual(world.calls(), []);
    },
  );

  inWorld(
    `a probe of ${agent} on a node in no Ganeti cluster says not running`,
    { ganeti: 'unused' },
    async (world) => {
      assert.equal((await world.run(agent, 'monitor', PROBE)).code, 7);
    },
  );
}
