import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { inWorld } from './in-world.ts';
import type { LuxidServer } from './luxid-server.ts';
import {
  AGENT,
  events,
  INSTANCE,
  MARK,
  PROMOTED,
  promotedHere,
  RELEASED,
  STARTED,
  scores,
} from './promotion.ts';
import type { RunOptions, World } from './world.ts';

/** With 20 s of it kept for the release, or half of it. */
const DEMOTE: RunOptions = { vars: { ...INSTANCE }, meta: { timeout: '60000', interval: '0' } };
/** The jobs get half of it. */
const SHORT: RunOptions = { ...DEMOTE, meta: { timeout: '8000', interval: '0' } };
const ONCE: RunOptions = { ...DEMOTE, meta: { interval: '0' } };
const RECURRING: RunOptions = { vars: { ...INSTANCE } };
/** Ganeti's own. */
const FLAG = '/var/lib/ganeti/queue/drain';
const ATTRIBUTE = 'ganeti-queue-drained';

/** Promoted, with a luxid that has a running job. */
async function masterWithJob(world: World): Promise<LuxidServer> {
  for (const node of world.nodes) await world.confd(node);
  promotedHere(world);
  const luxid = await world.luxid();
  luxid.jobs.push({ id: 7, status: 'running', ops: [{ OP_ID: 'OP_TEST_DELAY' }], results: [] });
  return luxid;
}

function isReleased(world: World): boolean {
  return world.read(RELEASED) !== undefined && world.read(PROMOTED) === undefined;
}

describe('demote', { concurrency: 3 }, () => {
  inWorld('drains the queue and gives the role up when the running job has ended', {}, async (world) => {
    const luxid = await masterWithJob(world);
    const running = world.run(AGENT, 'demote', DEMOTE);
    while (!luxid.drained) await setTimeout(20);
    assert.notEqual(world.read(MARK), undefined, 'the mark is there before the drain');
    await setTimeout(1_000);
    assert.equal(isReleased(world), false);
    for (const job of luxid.jobs) job.status = 'success';
    const run = await running;
    assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
    assert.equal(isReleased(world), true);
    assert.equal(luxid.drained, true, 'until the successor’s failover');
    assert.deepEqual(events(world), ['queue-drained', 'master-released']);
    assert.deepEqual(scores(world), ['h1=55']);
    assert.deepEqual(luxid.cancelled, []);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
    assert.equal((await world.run(AGENT, 'monitor', ONCE)).code, 0, 'unpromoted, though ssconf names it');
  });

  inWorld('signs the flag of the queue it has drained, and no administrator’s', {}, async (world) => {
    const luxid = await masterWithJob(world);
    for (const job of luxid.jobs) job.status = 'success';
    world.put(FLAG, '');
    luxid.drained = true;
    assert.equal((await world.run(AGENT, 'demote', DEMOTE)).code, 0);
    assert.equal(world.read(FLAG), '');
    promotedHere(world);
    world.remove(RELEASED);
    luxid.drained = false;
    assert.equal((await world.run(AGENT, 'demote', DEMOTE)).code, 0);
    assert.equal(world.read(FLAG), 'ganeti-ha: drained for a hand-over\n');
  });

  inWorld('leaves a job alone that runs on at the deadline, and names it', {}, async (world) => {
    const luxid = await masterWithJob(world);
    const run = await world.run(AGENT, 'demote', SHORT);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /GNH355 .*7 \(TEST_DELAY/);
    assert.ok(run.ms < 8_000, `${run.ms} ms`);
    assert.equal(isReleased(world), true);
    assert.deepEqual(luxid.cancelled, []);
    assert.equal(luxid.jobs[0]?.status, 'running');
    assert.deepEqual(events(world), ['queue-drained', 'trouble', 'master-released']);
  });

  inWorld('does not wait for a job that stays queued', {}, async (world) => {
    const luxid = await masterWithJob(world);
    for (const job of luxid.jobs) job.status = 'queued';
    const run = await world.run(AGENT, 'demote', DEMOTE);
    assert.equal(run.code, 0, run.stderr);
    assert.doesNotMatch(run.stderr, /GNH355/);
    assert.ok(run.ms < 15_000, `${run.ms} ms`);
    assert.equal(luxid.jobs[0]?.status, 'queued');
  });

  inWorld('neither drains nor waits without quorum: the daemons stop', {}, async (world) => {
    const luxid = await masterWithJob(world);
    world.pacemaker({ quorum: false });
    const run = await world.run(AGENT, 'demote', DEMOTE);
    assert.equal(run.code, 0, run.stderr);
    assert.ok(!luxid.methods.includes('SetDrainFlag'));
    assert.match(run.stderr, /stopping the master daemons.*no quorum/);
    assert.equal(isReleased(world), true);
  });

  inWorld('stops waiting when quorum is lost meanwhile', {}, async (world) => {
    const luxid = await masterWithJob(world);
    const running = world.run(AGENT, 'demote', DEMOTE);
    while (!luxid.drained) await setTimeout(20);
    world.pacemaker({ quorum: false });
    const run = await running;
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /stopping the master daemons.*no quorum/);
    assert.equal(luxid.jobs[0]?.status, 'running');
  });

  inWorld('gives the role up without a drain where luxid hangs or is gone', {}, async (world) => {
    promotedHere(world);
    const gone = await world.run(AGENT, 'demote', DEMOTE);
    assert.deepEqual([gone.code, isReleased(world)], [0, true]);
    assert.match(gone.stderr, /GNH356 .*luxid/);
    assert.equal(world.read(MARK), undefined);
    promotedHere(world);
    world.remove(RELEASED);
    (await world.luxid()).hung = true;
    const hung = await world.run(AGENT, 'demote', DEMOTE);
    assert.deepEqual([hung.code, isReleased(world)], [0, true]);
    assert.match(hung.stderr, /GNH356 /);
    assert.equal(world.read(MARK), undefined);
  });

  inWorld('leaves no mark where the queue refuses to be drained', {}, async (world) => {
    const luxid = await masterWithJob(world);
    luxid.drainFails = true;
    const run = await world.run(AGENT, 'demote', DEMOTE);
    assert.deepEqual([run.code, isReleased(world)], [0, true]);
    assert.match(run.stderr, /GNH356 .*no drain today/);
    assert.equal(world.read(MARK), undefined);
  });

  inWorld('undrains what it drained where its release fails', {}, async (world) => {
    const luxid = await masterWithJob(world);
    for (const job of luxid.jobs) job.status = 'success';
    world.simulate('stop-fails');
    const run = await world.run(AGENT, 'demote', DEMOTE);
    assert.equal(run.code, 1);
    assert.match(run.told, /^SIMULATED GNH009 /);
    assert.equal(luxid.drained, false);
    assert.equal(world.read(MARK), undefined);
    assert.equal(isReleased(world), false);
  });

  inWorld('takes an administrator’s drain for what it is, and tells the successor', {}, async (world) => {
    const luxid = await masterWithJob(world);
    for (const job of luxid.jobs) job.status = 'success';
    luxid.drained = true;
    const run = await world.run(AGENT, 'demote', DEMOTE);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(world.read(MARK), undefined);
    assert.ok(!luxid.methods.includes('SetDrainFlag'));
    const told = world.calls('attrd_updater').map(({ args }) => args);
    assert.deepEqual(told, [['--name', ATTRIBUTE, '--update', 'administrator']]);
    assert.equal((await world.run(AGENT, 'stop', ONCE)).code, 0);
    assert.equal(luxid.drained, true);
  });

  inWorld('of a role that is elsewhere does nothing to the queue', { master: 2 }, async (world) => {
    world.put(STARTED, '1\n');
    const luxid = await world.luxid();
    const run = await world.run(AGENT, 'demote', DEMOTE);
    assert.deepEqual([run.code, run.reason], [0, '']);
    assert.deepEqual(luxid.methods.includes('SetDrainFlag'), false);
  });
});

describe('what was drained by a hand-over', { concurrency: 3 }, () => {
  /** Demoted a moment ago, and nobody has taken the role yet. */
  async function demoted(world: World): Promise<LuxidServer> {
    const luxid = await masterWithJob(world);
    for (const job of luxid.jobs) job.status = 'success';
    assert.equal((await world.run(AGENT, 'demote', DEMOTE)).code, 0);
    assert.equal(luxid.drained, true);
    return luxid;
  }

  function age(world: World): void {
    const text = world.read(MARK) ?? assert.fail('no mark');
    world.put(
      MARK,
      text.replace(/"at":(\d+)/, (_, at: string) => `"at":${Number(at) - 301_000}`),
    );
  }

  inWorld('is undrained here where no successor came for five minutes', {}, async (world) => {
    const luxid = await demoted(world);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
    assert.equal(luxid.drained, true);
    age(world);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
    assert.equal(luxid.drained, false);
    assert.equal(world.read(MARK), undefined);
    assert.equal(events(world).at(-1), 'queue-undrained');
  });

  inWorld('is undrained by a promote here', {}, async (world) => {
    const luxid = await demoted(world);
    const run = await world.run(AGENT, 'promote', { ...DEMOTE, meta: { timeout: '300000', interval: '0' } });
    assert.equal(run.code, 0, run.stderr);
    assert.equal(luxid.drained, false);
    assert.equal(world.read(MARK), undefined);
    assert.deepEqual(world.calls('gnt-cluster'), []);
    assert.equal(scores(world).at(-1), 'h1=1000');
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 8);
  });

  inWorld('is undrained by a stop and by a start here', {}, async (world) => {
    const luxid = await demoted(world);
    const mark = world.read(MARK) ?? '';
    assert.equal((await world.run(AGENT, 'stop', ONCE)).code, 0);
    assert.deepEqual([luxid.drained, world.read(MARK)], [false, undefined]);
    // As after a power cut of all hosts: Ganeti's flag and our mark are on the disk.
    luxid.drained = true;
    world.put(MARK, mark);
    assert.equal((await world.run(AGENT, 'start', ONCE)).code, 0);
    assert.deepEqual([luxid.drained, world.read(MARK)], [false, undefined]);
  });

  inWorld('is undrained by a stop also where luxid takes longer than a stop’s second', {}, async (world) => {
    const luxid = await demoted(world);
    luxid.delayMs = 600;
    const run = await world.run(AGENT, 'stop', ONCE);
    assert.deepEqual([run.code, luxid.drained, world.read(MARK)], [0, false, undefined], run.stderr);
  });

  inWorld('is told, and left to the next start, by a stop where luxid hangs', {}, async (world) => {
    const luxid = await demoted(world);
    luxid.hung = true;
    const run = await world.run(AGENT, 'stop', ONCE);
    assert.equal(run.code, 0);
    assert.match(run.stderr, /GNH357 the queue is still drained: /);
    assert.equal(luxid.drained, true);
    luxid.hung = false;
    assert.equal((await world.run(AGENT, 'start', ONCE)).code, 0);
    assert.deepEqual([luxid.drained, world.read(MARK)], [false, undefined]);
  });

  inWorld('does not cost a stop more than its timeout where luxid hangs', {}, async (world) => {
    const luxid = await demoted(world);
    luxid.hung = true;
    const wrapper = ['timeout', '-s', 'KILL', '3'];
    const run = await world.run(AGENT, 'stop', {
      ...ONCE,
      meta: { timeout: '3000', interval: '0' },
      wrapper,
    });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /GNH357 the queue is still drained: /);
  });

  inWorld('stays drained through the stop of a node that leaves for a successor', {}, async (world) => {
    world.pacemaker({
      nodes: [
        { name: 'h1', standby: true },
        { name: 'h2', attributes: { 'master-ganeti-master': '100' } },
      ],
    });
    const luxid = await demoted(world);
    assert.equal((await world.run(AGENT, 'stop', ONCE)).code, 0);
    assert.equal(luxid.drained, true);
    assert.equal(scores(world).at(-1), 'h1 deleted');
    assert.equal((await world.run(AGENT, 'monitor', ONCE)).code, 7);
    assert.equal((await world.run(AGENT, 'start', ONCE)).code, 0, 'out of standby, and no successor came');
    assert.equal(luxid.drained, false);
  });

  for (const [what, leaving] of [
    ['go to standby', { standby: true }],
    ['are shut down', { shutdown: true }],
    ['are in maintenance', { maintenance: true }],
  ] as const) {
    inWorld(
      `is undrained by the stop of a node that leaves where the others ${what}, too`,
      {},
      async (world) => {
        const scored = { ...leaving, attributes: { 'master-ganeti-master': '100' } };
        world.pacemaker({
          nodes: [
            { name: 'h1', standby: true },
            { name: 'h2', ...scored },
            { name: 'h3', ...scored },
          ],
        });
        const luxid = await demoted(world);
        assert.equal((await world.run(AGENT, 'stop', ONCE)).code, 0);
        assert.deepEqual([luxid.drained, world.read(MARK)], [false, undefined]);
      },
    );
  }

  inWorld('is an administrator’s where the flag is newer than the mark', {}, async (world) => {
    const luxid = await demoted(world);
    world.put(FLAG, '');
    age(world);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
    assert.deepEqual([luxid.drained, world.read(MARK)], [true, undefined]);
  });

  inWorld('is an administrator’s, too, for the next demote', {}, async (world) => {
    const luxid = await demoted(world);
    world.put(FLAG, '');
    age(world);
    promotedHere(world);
    world.remove(RELEASED);
    assert.equal((await world.run(AGENT, 'demote', DEMOTE)).code, 0);
    assert.deepEqual([luxid.drained, world.read(MARK)], [true, undefined]);
    const told = world.calls('attrd_updater').map(({ args }) => args);
    assert.deepEqual(told, [['--name', ATTRIBUTE, '--update', 'administrator']]);
  });

  inWorld('is undrained by the monitor of a node that is promoted again, or shown', {}, async (world) => {
    const luxid = await demoted(world);
    promotedHere(world);
    world.remove(RELEASED);
    luxid.drainFails = true;
    const shown = await world.run(AGENT, 'monitor', RECURRING);
    assert.equal(shown.code, 191, shown.stderr);
    assert.match(shown.told, /^GNH357 .*gnt-cluster queue undrain$/);
    luxid.drainFails = false;
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 8);
    assert.equal(luxid.drained, false);
  });

  inWorld(
    'is undrained in full mode, too, where the drained queue itself is a trouble',
    {},
    async (world) => {
      const luxid = await demoted(world);
      promotedHere(world);
      world.remove(RELEASED);
      const full: RunOptions = { ...RECURRING, parameters: { mode: 'full' } };
      luxid.drainFails = true;
      const shown = await world.run(AGENT, 'monitor', full);
      assert.equal(shown.code, 191, shown.stderr);
      assert.match(shown.told, /^GNH115 .*gnt-cluster queue undrain$/);
      luxid.drainFails = false;
      const run = await world.run(AGENT, 'monitor', full);
      assert.deepEqual([run.code, run.told], [8, ''], run.stderr);
      assert.deepEqual([luxid.drained, world.read(MARK)], [false, undefined]);
    },
  );

  inWorld(
    'is forgotten once another node is master: its next drain is an administrator’s',
    {},
    async (world) => {
      const luxid = await demoted(world);
      world.put('/var/lib/ganeti/ssconf_master_node', 'h2.lab.test\n');
      assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
      assert.equal(world.read(MARK), undefined);
      assert.equal(luxid.methods.filter((method) => method === 'SetDrainFlag').length, 1);
    },
  );

  inWorld('is undrained by the next one where a demote was killed while it waited', {}, async (world) => {
    const luxid = await masterWithJob(world);
    const killed = await world.run(AGENT, 'demote', { ...DEMOTE, wrapper: ['timeout', '-s', 'KILL', '4'] });
    assert.deepEqual([killed.code, luxid.drained], [undefined, true], killed.stderr);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 8);
    assert.equal(luxid.drained, false);
    assert.equal(world.read(MARK), undefined);
  });
});
