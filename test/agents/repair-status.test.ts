// `gnt-ha repair status` and `gnt-ha repair --dry-run` as real processes, in front of a described cluster.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import * as v from 'valibot';
import { STATUS_SHAPE } from '../../src/cli/json-shapes.ts';
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

describe('gnt-ha status', { concurrency: 2 }, () => {
  const state = (more: Readonly<Record<string, unknown>>): string =>
    JSON.stringify({
      ...{ atMs: Date.now(), nextMs: Date.now() + 300_000, open: false, offline: [], reasons: [] },
      counts: { pending: 0, failed: 0, suspended: 0, held: 0, disallowed: 0, unclear: 0 },
      ...more,
    });
  const FILE = '/run/ganeti-ha/repair.json';

  withRepairs('says in a line how repairs stood at the last pass', {}, async (world) => {
    const counts = { pending: 2, failed: 0, suspended: 1, held: 0, disallowed: 0, unclear: 0 };
    world.put(FILE, state({ open: true, counts }));
    const text = (await world.gntHa('status')).stdout;
    assert.match(text, /^cluster {2}acting/m);
    assert.match(text, /^repairs {2}2 pending, 1 suspended, under way$/m);
    const run = await world.gntHa('status', '-o', 'json');
    const shown = v.parse(STATUS_SHAPE, JSON.parse(run.stdout));
    assert.deepEqual([run.code, shown.repairs?.counts], [2, counts]);
  });

  withRepairs('has what a monitor says of repairs among the troubles', {}, async (world) => {
    const reason = { code: 'GNH401', text: 'web.lab.test: its repair failed. See: gnt-ha repair status' };
    world.put(FILE, state({ reasons: [reason] }));
    const { stdout } = await world.gntHa('status');
    assert.match(stdout, /^ {2}GNH401 web\.lab\.test: its repair failed\. See: gnt-ha repair status$/m);
    assert.match(stdout, /^cluster {2}degraded/m);
  });

  withRepairs('does not know of repairs where no agent looks any more', {}, async (world) => {
    world.put(FILE, state({ open: true, nextMs: Date.now() - 700_000 }));
    const { stdout } = await world.gntHa('status');
    assert.match(stdout, /^repairs {2}unknown$/m);
    assert.doesNotMatch(stdout, /^cluster {2}acting/m);
  });
});
