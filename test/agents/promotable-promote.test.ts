import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { LuxidServer } from './luxid-server.ts';
import { AGENT, events, INSTANCE, MARK, PROMOTED, RELEASED, STARTED, scores } from './promotion.ts';
import type { RunOptions, World } from './world.ts';

/** h2 is to take the role from h1. */
const SUCCESSOR = { me: 2, master: 1 } as const;
const PROMOTE: RunOptions = { vars: { ...INSTANCE }, meta: { timeout: '300000', interval: '0' } };
/** What forbids a take-over is waited for during a third of this. */
const REFUSED: RunOptions = { vars: { ...INSTANCE }, meta: { timeout: '9000', interval: '0' } };
const ONCE: RunOptions = { vars: { ...INSTANCE }, meta: { interval: '0' } };
const RECURRING: RunOptions = { vars: { ...INSTANCE } };
/** On every candidate, and on the others still after a failover. */
const FLAG = '/var/lib/ganeti/queue/drain';
const ATTRIBUTE = 'ganeti-queue-drained';

/** h1 is there and has given the role up; an instance is started here. */
async function candidate(world: World): Promise<LuxidServer> {
  for (const node of world.nodes) await world.confd(node);
  assert.equal((await world.run(AGENT, 'start', ONCE)).code, 0);
  return await world.luxid();
}

/** The failover has told the others. */
function othersKnow(world: World): void {
  for (const node of world.nodes) world.confdNow(node, { master: world.me });
}

function failovers(world: World): readonly (readonly string[])[] {
  return world.calls('gnt-cluster').map(({ args }) => args);
}

describe('promote', { concurrency: 3 }, () => {
  inWorld('takes the role from a living node that was demoted', SUCCESSOR, async (world) => {
    await candidate(world);
    world.put(FLAG, '');
    const run = await world.run(AGENT, 'promote', PROMOTE);
    assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
    assert.deepEqual(failovers(world), [['master-failover']]);
    assert.equal(scores(world).at(-1), 'h2=1000');
    assert.equal(world.read(MARK), undefined);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 8);
    othersKnow(world);
    assert.equal((await world.run(AGENT, 'monitor', ONCE)).code, 8);
  });

  inWorld('takes it from a fenced one, and marks that offline', SUCCESSOR, async (world) => {
    const luxid = await candidate(world);
    await world.run('ganeti-node', 'start');
    world.pacemaker({ nodes: [{ name: 'h1', online: false }], fencings: [{ target: 'h1' }] });
    const run = await world.run(AGENT, 'promote', PROMOTE);
    assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
    assert.deepEqual(
      luxid.jobs.flatMap(({ ops }) => ops.flatMap(({ node_name: node }) => node ?? [])),
      ['h1.lab.test'],
    );
  });

  inWorld('is refused without quorum', SUCCESSOR, async (world) => {
    await candidate(world);
    world.pacemaker({ quorum: false });
    const run = await world.run(AGENT, 'promote', REFUSED);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH102 /);
    assert.deepEqual(failovers(world), []);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0, 'still unpromoted');
  });

  inWorld('is refused with an older configuration', SUCCESSOR, async (world) => {
    for (const [node, serial] of [
      ['h2', 10],
      ['h3', 11],
    ] as const)
      await world.confd(node, { serial });
    world.put(STARTED, '1\n');
    const run = await world.run(AGENT, 'promote', REFUSED);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH103 /);
    assert.deepEqual(failovers(world), []);
  });

  inWorld(
    'is refused on a node that is no candidate',
    { ...SUCCESSOR, candidates: [1, 3] },
    async (world) => {
      for (const node of ['h1', 'h3']) await world.confd(node);
      world.put(STARTED, '1\n');
      const run = await world.run(AGENT, 'promote', REFUSED);
      assert.equal(run.code, 1);
      assert.match(run.told, /^GNH101 /);
    },
  );

  inWorld('that fails leaves no mark where the role stayed away', SUCCESSOR, async (world) => {
    await candidate(world);
    world.put(FLAG, '');
    world.behave('gnt-cluster', 'failover-stays-exit-0');
    const run = await world.run(AGENT, 'promote', PROMOTE);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH106 /);
    assert.equal(world.read(MARK), undefined);
    assert.equal(world.read(PROMOTED), undefined);
  });

  inWorld('undrains after a failover that moved the role and did not undrain', SUCCESSOR, async (world) => {
    const luxid = await candidate(world);
    world.put(FLAG, '');
    luxid.drained = true;
    const run = await world.run(AGENT, 'promote', PROMOTE);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(luxid.drained, false);
    assert.equal(events(world).at(-1), 'queue-undrained');
  });

  inWorld('that was killed after the move is finished by the next', SUCCESSOR, async (world) => {
    const luxid = await candidate(world);
    world.put(FLAG, '');
    luxid.drained = true;
    luxid.hung = true;
    const killed = await world.run(AGENT, 'promote', {
      ...PROMOTE,
      wrapper: ['timeout', '-s', 'KILL', '8'],
    });
    assert.notEqual(killed.code, 0);
    assert.equal(world.read('/var/lib/ganeti/ssconf_master_node'), 'h2.lab.test\n');
    assert.notEqual(world.read(MARK), undefined);
    luxid.hung = false;
    othersKnow(world);
    const run = await world.run(AGENT, 'promote', PROMOTE);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual([luxid.drained, world.read(MARK)], [false, undefined]);
    assert.equal(failovers(world).length, 1);
  });

  inWorld('drains the queue again that an administrator had drained', SUCCESSOR, async (world) => {
    const luxid = await candidate(world);
    world.put(FLAG, '');
    world.pacemaker({ nodes: [{ name: 'h1', attributes: { [ATTRIBUTE]: 'administrator' } }] });
    const run = await world.run(AGENT, 'promote', PROMOTE);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(luxid.drained, true);
    assert.equal(world.read(MARK), undefined);
    const deleted = world.calls('attrd_updater').map(({ args }) => args);
    assert.deepEqual(deleted.at(-1), ['--name', ATTRIBUTE, '--delete', '--node', 'h1']);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 8);
    assert.equal(luxid.drained, true, 'nobody of ours lifts it');
  });

  inWorld(
    'does not drain it again where the administrator has undrained it since',
    SUCCESSOR,
    async (world) => {
      const luxid = await candidate(world);
      world.pacemaker({ nodes: [{ name: 'h1', attributes: { [ATTRIBUTE]: 'administrator' } }] });
      assert.equal((await world.run(AGENT, 'promote', PROMOTE)).code, 0);
      assert.equal(luxid.drained, false);
    },
  );
});

describe('start and stop of an instance', { concurrency: 3 }, () => {
  inWorld(
    'start on the master by Ganeti’s files ends unpromoted, and a promote confirms it',
    {},
    async (world) => {
      for (const node of world.nodes) await world.confd(node);
      await world.luxid();
      assert.equal((await world.run(AGENT, 'start', ONCE)).code, 0);
      assert.notEqual(world.read(RELEASED), undefined);
      assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
      assert.equal((await world.run(AGENT, 'promote', PROMOTE)).code, 0);
      assert.deepEqual(failovers(world), []);
      assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 8);
    },
  );

  inWorld(
    'start of a returning old master leaves it stale, unpromoted and without a good score',
    {},
    async (world) => {
      await world.confd('h1', { serial: 10 });
      for (const node of ['h2', 'h3']) await world.confd(node, { master: 'h2.lab.test', serial: 12 });
      assert.equal((await world.run(AGENT, 'start', ONCE)).code, 0);
      assert.equal(world.read(RELEASED), undefined);
      assert.deepEqual(scores(world), ['h1=5']);
      const run = await world.run(AGENT, 'monitor', RECURRING);
      assert.equal(run.code, 0, run.stderr);
      assert.match(run.reason, /^GNH109 /);
      const promoted = await world.run(AGENT, 'promote', REFUSED);
      assert.equal(promoted.code, 1);
      assert.match(promoted.told, /^GNH109 /);
    },
  );

  for (const ganeti of ['absent', 'unused'] as const) {
    inWorld(`start is an error with a reason where Ganeti is ${ganeti}`, { ganeti }, async (world) => {
      const run = await world.run(AGENT, 'start', ONCE);
      assert.equal(run.code, ganeti === 'absent' ? 5 : 1);
      assert.match(run.told, ganeti === 'absent' ? /^GNH004 / : /^GNH005 /);
      assert.equal(world.read(STARTED), undefined);
    });
  }

  inWorld('start is an error with a reason where ssconf is torn', {}, async (world) => {
    world.put('/var/lib/ganeti/ssconf_master_node', '');
    const run = await world.run(AGENT, 'start', ONCE);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH006 /);
  });

  inWorld('stop withdraws the score, and the instance is not running', SUCCESSOR, async (world) => {
    await candidate(world);
    assert.equal((await world.run(AGENT, 'stop', ONCE)).code, 0);
    assert.equal(scores(world).at(-1), 'h2 deleted');
    const before = scores(world).length;
    assert.equal((await world.run(AGENT, 'stop', ONCE)).code, 0);
    assert.equal(scores(world).length, before, 'what is stopped has none to withdraw');
    assert.equal((await world.run(AGENT, 'monitor', ONCE)).code, 7);
  });
});
