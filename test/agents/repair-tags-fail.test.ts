// Jobs that are to write the tags of repairs, and fail.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { withRepairs } from './repair-world.ts';

describe('where tags cannot be written', () => {
  withRepairs(
    'they are tried again once, then ever more rarely, and the reason is told',
    {},
    async (world, luxid) => {
      luxid.queue.script = ({ OP_ID: id }) =>
        id === 'OP_TAGS_SET' ? { kind: 'error', text: 'disk full' } : undefined;
      for (const node of ['h1', 'h2']) await world.confd(node);
      world.put('/run/ganeti-ha/master.started', '1\n');
      assert.equal((await world.run('ganeti-node', 'start')).code, 0);
      for (let times = 0; times < 3; times += 1) await world.run('ganeti-node', 'monitor');
      assert.equal(luxid.queue.jobs.length, 2);
      const run = await world.run('ganeti-node', 'monitor');
      assert.match(run.reason, /^GNH406 web\.lab\.test: .*See: gnt-ha repair status$/);
      assert.equal((await world.gntHa('repair')).code, 1);
      assert.equal(luxid.queue.jobs.length, 2);
      luxid.queue.script = undefined;
      assert.equal((await world.gntHa('repair', 'web')).code, 0, 'who names it has it tried now');
      assert.equal(luxid.cluster.instance('web').running, true);
    },
  );
});
