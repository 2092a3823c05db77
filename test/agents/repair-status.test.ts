// `gnt-ha repair status` and `gnt-ha repair --dry-run` as real processes, in front of a described cluster.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import * as v from 'valibot';
import { REPAIR_SHAPE, REPAIR_STATUS_SHAPE } from '../../src/cli/repair-shapes.ts';
import { AUTOREPAIR, WEB, withRepairs } from './repair-world.ts';

const HEALTHY = { ...WEB, name: 'fine.lab.test', pnode: 'h1.lab.test', snode: 'h2.lab.test' };

describe('gnt-ha repair status', { concurrency: 2 }, () => {
  withRepairs('is 0 and one line where all is well', { instances: [HEALTHY] }, async (world) => {
    const run = await world.gntHa('repair', 'status');
    assert.deepEqual([run.code, run.stdout, run.stderr], [0, 'instances: 1 healthy\n', '']);
  });

  withRepairs(
    'says of each that is not healthy what it waits for',
    { instances: [HEALTHY, WEB] },
    async (world, luxid) => {
      const run = await world.gntHa('repair', 'status', '-o', 'json');
      assert.equal(run.code, 0, run.stderr);
      const shown = v.parse(REPAIR_STATUS_SHAPE, JSON.parse(run.stdout));
      assert.equal(shown.counts.healthy, 1);
      const [one, ...more] = shown.instances;
      assert.deepEqual(
        [one?.instance, one?.state, one?.policy.type, one?.waitsFor, more],
        ['web.lab.test', 'needs-repair-allowed', 'failover', 'the next round: a failover', []],
      );
      assert.deepEqual(luxid.queue.jobs, []);
      assert.equal(world.read('/var/lib/ganeti-ha/ledger.jsonl'), undefined);
    },
  );

  withRepairs(
    'is 1 as long as a repair stands as failed',
    { instances: [{ ...WEB, tags: [`${AUTOREPAIR}result:failover:x:1000:failure:4`] }] },
    async (world) => {
      const run = await world.gntHa('repair', 'status');
      assert.equal(run.code, 1);
      assert.match(run.stdout, /^web\.lab\.test {2}FAILED /m);
      assert.match(run.stdout, /gnt-instance remove-tags web\.lab\.test ganeti:/);
    },
  );

  withRepairs('is 1 where luxid is not to be asked, and says where it is', {}, async (world, luxid) => {
    await luxid.close();
    const run = await world.gntHa('repair', 'status');
    assert.deepEqual([run.code, run.stdout], [1, '']);
    assert.match(run.stderr, /^GNH4\d\d .*h1\.lab\.test/);
  });

  withRepairs('takes no name, and 2 is its usage', {}, async (world) => {
    const run = await world.gntHa('repair', 'status', 'web');
    assert.equal(run.code, 2);
    assert.match(run.stderr, /too many arguments/);
  });
});

describe('gnt-ha repair --dry-run', { concurrency: 2 }, () => {
  withRepairs('says what would be done and why, and does nothing', {}, async (world, luxid) => {
    const run = await world.gntHa('repair', '--dry-run');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^Nothing was done\. instances: 1 needs repair$/m);
    assert.match(run.stdout, /^ {2}web\.lab\.test: a failover \(policy failover \(cluster\)\)$/m);
    assert.match(run.stdout, /^ {4}\+ ganeti:watcher:autorepair:pending:failover:[-\da-f]{36}:\d+:$/m);
    assert.deepEqual(luxid.queue.jobs, []);
    assert.deepEqual(luxid.cluster.instance('web').tags, []);
    assert.equal(world.read('/var/lib/ganeti-ha/ledger.jsonl'), undefined);
  });

  withRepairs(
    'of named ones leaves out all others',
    { instances: [WEB, { ...WEB, name: 'db.lab.test' }] },
    async (world) => {
      const run = await world.gntHa('repair', '--dry-run', '-o', 'json', 'db');
      const shown = v.parse(REPAIR_SHAPE, JSON.parse(run.stdout));
      assert.deepEqual(
        shown.instances.map(({ instance }) => instance),
        ['db.lab.test'],
      );
      assert.deepEqual([shown.dryRun, shown.submitted, shown.left], [true, [], false]);
    },
  );

  for (const name of ['', 'nobody', 'twin']) {
    withRepairs(
      `of "${name}", which is not exactly one instance, is a usage error`,
      { instances: [WEB, { ...WEB, name: 'twin.a.test' }, { ...WEB, name: 'twin.b.test' }] },
      async (world) => {
        const run = await world.gntHa('repair', '--dry-run', 'web', name);
        assert.deepEqual([run.code, run.stdout], [2, '']);
        assert.match(
          run.stderr,
          new RegExp(`Not exactly one instance of Ganeti: "${name}"\\. Nothing was done`),
        );
      },
    );
  }

  withRepairs('and --watch at once is a usage error', {}, async (world) => {
    const run = await world.gntHa('repair', '--dry-run', '--watch');
    assert.equal(run.code, 2);
  });
});
