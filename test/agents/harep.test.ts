// `gnt-ha harep` as a real process: harep's words, table and exit codes.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { AUTOREPAIR, WEB, withRepairs } from './repair-world.ts';

const FINE = { ...WEB, name: 'fine.lab.test', pnode: 'h1.lab.test', snode: 'h2.lab.test' };

describe('gnt-ha harep', { concurrency: 2 }, () => {
  withRepairs('repairs, and ends with the table', { instances: [WEB, FINE] }, async (world, luxid) => {
    luxid.queue.script = ({ OP_ID }) => (OP_ID.startsWith('OP_TAGS_') ? undefined : { kind: 'running' });
    const run = await world.gntHa('harep', '-L');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /^Executing repair on web\.lab\.test: job \d+: a failover$/m);
    assert.match(
      run.stdout,
      /\n---------------------\nInstance status count\n---------------------\nHealthy: 1\nPending repair: 1\n$/,
    );
  });

  withRepairs('puts its delay first, which takes no lock', {}, async (world, luxid) => {
    await world.gntHa('harep', '--job-delay=2.5', '--reason=night shift');
    const job = luxid.queue.jobs.find(({ ops }) => ops.some(({ OP_ID }) => OP_ID === 'OP_INSTANCE_FAILOVER'));
    assert.deepEqual(
      job?.ops.map(({ OP_ID, duration, no_locks: free }) => [OP_ID, duration, free]),
      [
        ['OP_TEST_DELAY', 2.5, true],
        ['OP_INSTANCE_FAILOVER', undefined, undefined],
      ],
    );
    assert.match(JSON.stringify(job?.ops[1]?.reason), /night shift/);
  });

  withRepairs('--job-delay=0 is none', {}, async (world, luxid) => {
    await world.gntHa('harep', '--job-delay=0');
    const opcodes = luxid.queue.jobs.flatMap(({ ops }) => ops.map(({ OP_ID }) => OP_ID));
    assert.ok(opcodes.includes('OP_INSTANCE_FAILOVER'));
    assert.ok(!opcodes.includes('OP_TEST_DELAY'));
  });

  withRepairs('--dry-run submits nothing, and counts as if it had', {}, async (world, luxid) => {
    const run = await world.gntHa('harep', '--dry-run');
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /\nPending repair: 1\n$/);
    assert.deepEqual(luxid.queue.jobs, []);
  });

  withRepairs(
    'is 0 though a repair stands as failed, as harep is',
    {
      instances: [{ ...WEB, tags: [`${AUTOREPAIR}result:failover:x:1000:failure:4`] }],
    },
    async (world) => {
      const run = await world.gntHa('harep');
      assert.equal(run.code, 0);
      assert.match(run.stdout, /^Not repairing web\.lab\.test: .*\n(.*\n)*Failure: 1\n$/m);
    },
  );

  withRepairs('asks luxid where -L says', {}, async (world) => {
    const there = await world.gntHa('harep', '-L/var/run/ganeti/socket/ganeti-query', '--dry-run');
    assert.equal(there.code, 0, there.stderr);
    const nowhere = await world.gntHa('harep', '-L/nowhere', '--dry-run');
    assert.deepEqual([nowhere.code, nowhere.stdout], [1, '']);
    assert.match(nowhere.stderr, /^Error: GNH4\d\d /);
  });

  inWorld('knows help, version and wrong words without any cluster', { ganeti: 'absent' }, async (world) => {
    for (const [words, code, printed, told] of [
      [['harep', '-h'], 0, /^Usage: gnt-ha harep .*\n {2}-L\[SOCKET\]/, /^$/],
      [['harep', '--dry-run', '--help'], 0, /^Usage: gnt-ha harep .*\n {2}-L\[SOCKET\]/, /^$/],
      [['help', 'harep'], 0, /^ {2}-L\[SOCKET\]/m, /^$/],
      [['harep', '-V'], 0, /ganeti-ha/, /^$/],
      [['harep', '--help-completion'], 0, /^--job-delay float$/m, /^$/],
      [['harep', 'web'], 1, /^$/, /^Error: this program doesn't take any arguments/],
      [['harep', '--bogus'], 2, /^$/, /unrecognized option `--bogus'/],
    ] as const) {
      const run = await world.gntHa(...words);
      assert.equal(run.code, code);
      assert.match(run.stdout, printed);
      assert.match(run.stderr, told);
    }
  });
});
