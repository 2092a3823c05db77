// An offline job that waits for the locks of a job that hangs on the dead node.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { LuxidJob, LuxidServer } from './luxid-server.ts';
import { agePast, fence, gone, offlined, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

const LEDGER = '/var/lib/ganeti-ha/ledger.jsonl';

/** Job 1 holds the lock of h3's node when h3 dies; job 2 marks it offline and waits for half a minute. */
async function stuckBehind(world: World, status: LuxidJob['status'], source: string): Promise<LuxidServer> {
  const luxid = await watchingMaster(world);
  const reason = [[source, 'why', 1]];
  luxid.jobs.push({ id: 1, status, ops: [{ OP_ID: 'OP_TEST_DELAY', reason }], results: [] });
  luxid.locks.push({ name: 'node/4837a0b6', owner: ['1'], pending: [['exclusive', ['2']]] });
  fence(world, 'h3');
  await world.run('ganeti-node', 'monitor');
  assert.deepEqual(offlined(luxid), ['h3.lab.test']);
  agePast(world, 31_000);
  return luxid;
}

describe('an offline job whose submission was not confirmed', { concurrency: 3 }, () => {
  inWorld('is found by the next sweep, and none is submitted beside it', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    luxid.swallows = 'SubmitJob';
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.told, /^GNH302 /);
    luxid.swallows = undefined;
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
  });
});

describe('an offline job that waits for the lock of another job', { concurrency: 3 }, () => {
  inWorld('is told with the job that holds it, and that one is not killed', {}, async (world) => {
    const luxid = await stuckBehind(world, 'running', 'gnt:client:gnt-instance');
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH346 Job 2 .*See: gnt-job info 1$/);
    assert.match(run.stderr, /for the locks of job 1 \(TEST_DELAY.*, running\)/);
    assert.deepEqual(luxid.cancelled, []);
    assert.deepEqual(offlined(luxid), ['h3.lab.test'], 'nothing is submitted again');
  });

  inWorld('has this host’s connections to the dead node ended, and to no other', {}, async (world) => {
    world.behave('ss', 'prints-answer');
    world.put('/answers/ss', 'ESTAB 0 0 192.0.2.11:50932 192.0.2.13:1811\n');
    await stuckBehind(world, 'running', 'gnt:client:gnt-instance');
    await world.run('ganeti-node', 'monitor');
    const [first, ...more] = world.calls('ss').map(({ args }) => args.join(' '));
    assert.equal(first, `--kill --tcp --numeric --no-header dst ${world.address('h3')} dport = 1811`);
    assert.ok(more.length > 0 && more.every((args) => args === first), more.join('\n'));
    assert.match(world.read(LEDGER) ?? '', /"event":"connections-ended","nodes":\["h3\.lab\.test"\]/);
  });

  inWorld('leaves the connections to a node alone that answers by now', {}, async (world) => {
    await stuckBehind(world, 'running', 'gnt:client:gnt-instance');
    const before = world.calls('ss').length;
    world.confdNow('h3', { silent: false });
    await world.run('ganeti-node', 'monitor');
    assert.equal(world.calls('ss').length, before);
  });

  inWorld('has that one cancelled where it only waits itself', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, [1]);
    assert.doesNotMatch(run.stderr, /GNH346/);
    assert.match(world.read(LEDGER) ?? '', /"event":"stuck".*"holder":1,"did":"cancelled"/);
  });

  inWorld('is told where the queue is drained by now', {}, async (world) => {
    const luxid = await stuckBehind(world, 'running', 'gnt:client:gnt-instance');
    luxid.drained = true;
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH346 Job 2 .*See: gnt-job info 1$/);
    assert.deepEqual(offlined(luxid), ['h3.lab.test'], 'nothing is submitted again');
  });

  inWorld('has that one cancelled in a drained queue, too', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    luxid.drained = true;
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, [1]);
    assert.doesNotMatch(run.stderr, /GNH346/);
  });

  inWorld('has nothing cancelled or ended while a pause stands', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    const before = world.calls('ss').length;
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, []);
    assert.equal(world.calls('ss').length, before);
    assert.match(run.stderr, /GNH346 Job 2 /);
  });

  inWorld(
    'is told where luxid takes long over the next job, and nothing is cancelled',
    { size: 5 },
    async (world) => {
      const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
      const before = world.calls('ss').length;
      fence(world, 'h3', 'h4');
      luxid.submitDelayMs = 3_200;
      const run = await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test', 'h4.lab.test']);
      assert.match(run.told, /^GNH346 Job 2 /);
      assert.deepEqual(luxid.cancelled, []);
      const ended = JSON.stringify(world.calls('ss').slice(before));
      assert.ok(!ended.includes(world.address('h3')), ended);
    },
  );

  inWorld(
    'is not told where it has ended while luxid took long over the next job',
    { size: 5 },
    async (world) => {
      const luxid = await stuckBehind(world, 'running', 'gnt:client:gnt-instance');
      fence(world, 'h3', 'h4');
      luxid.submitDelayMs = 3_200;
      const monitor = world.run('ganeti-node', 'monitor');
      let over = false;
      void monitor.finally(() => {
        over = true;
      });
      while (!over && offlined(luxid).length < 2) await new Promise((resolve) => setTimeout(resolve, 10));
      const job = luxid.jobs.find(({ id }) => id === 2);
      assert.ok(job !== undefined);
      job.status = 'success';
      assert.doesNotMatch((await monitor).stderr, /GNH346|GNH307/);
    },
  );

  inWorld('has nothing cancelled where luxid takes long over each answer', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    luxid.delayMs = 3_100;
    const run = await world.run('ganeti-node', 'monitor', { meta: { timeout: '60000' } });
    assert.deepEqual(luxid.cancelled, []);
    assert.match(run.told, /^GNH346 Job 2 /);
  });

  inWorld('is told where wconfd is dead and nobody knows who holds the lock', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    luxid.wconfd = 'dead';
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH307 Job 2 to mark h3\.lab\.test offline has not run .*See: gnt-job info 2$/);
    assert.match(
      run.stderr,
      /does not learn from wconfd who holds its lock \(ganeti-luxid refused Query: .*refused\)\)/,
    );
    assert.doesNotMatch(run.stderr, /GNH302/);
    assert.deepEqual(offlined(luxid), ['h3.lab.test'], 'nothing is submitted again');
  });

  inWorld('is told with luxid where that does not answer who holds the lock', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    luxid.wconfd = 'silent';
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.told, /^GNH307 Job 2 .*GNH302/);
    assert.match(run.stderr, /GNH302 .* did not answer Query .*; not every job was followed up/);
  });

  inWorld('is told where luxid does not answer whether the other one is cancelled', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    luxid.swallows = 'CancelJob';
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.stderr, /GNH307 Job 2 .*could not be looked up or freed \(.* did not answer CancelJob/);
  });

  inWorld('is cancelled once where two offline jobs wait for it', { size: 5 }, async (world) => {
    const luxid = await watchingMaster(world);
    const reason = [['gnt:client:gnt-instance', 'why', 1]];
    luxid.jobs.push({ id: 1, status: 'waiting', ops: [{ OP_ID: 'OP_TEST_DELAY', reason }], results: [] });
    luxid.locks.push({ name: 'cluster/BGL', owner: ['1'], pending: [['exclusive', ['2', '3']]] });
    fence(world, 'h3', 'h4');
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h3.lab.test', 'h4.lab.test']);
    agePast(world, 31_000);
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, [1]);
    assert.doesNotMatch(run.stderr, /GNH346/);
  });

  inWorld('has nothing cancelled without quorum', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    world.pacemaker({ nodes: gone('h3'), fencings: [{ target: 'h3' }], quorum: false });
    const before = world.calls('ss').length;
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, []);
    assert.equal(world.calls('ss').length, before);
  });

  inWorld('has nothing cancelled where the node answers by now', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'gnt:client:gnt-instance');
    world.confdNow('h3', { silent: false });
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, []);
    assert.match(run.stderr, /GNH346 Job 2 /);
  });

  inWorld('has no job of ours cancelled', {}, async (world) => {
    const luxid = await stuckBehind(world, 'waiting', 'ocf:ganeti:ganeti-node');
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.cancelled, []);
    assert.match(run.told, /^GNH346 /);
  });
});
