import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { DOUBT, PROBE, RECURRING, votesAgainst, votesFor } from './monitor-states.ts';
import { AGENT, INSTANCE, promotedHere, RELEASED, STARTED, scores } from './promotion.ts';
import type { RunOptions } from './world.ts';

const recurring: RunOptions = { ...RECURRING, vars: { ...INSTANCE } };
const probe: RunOptions = { ...PROBE, vars: { ...INSTANCE } };

describe('the monitor of ganeti-master-promotable', { concurrency: 3 }, () => {
  for (const { what, reason, prepare } of DOUBT) {
    inWorld(`a probe is an error with a reason where ${what}`, {}, async (world) => {
      await prepare(world);
      const run = await world.run(AGENT, 'monitor', probe);
      assert.equal(run.code, 1, run.stderr);
      assert.match(run.told, reason);
      assert.deepEqual(scores(world), []);
    });
  }

  for (const { what, reason, prepare } of DOUBT.slice(0, 5)) {
    inWorld(`a recurring monitor is an error with a reason where ${what}`, {}, async (world) => {
      promotedHere(world);
      await prepare(world);
      const run = await world.run(AGENT, 'monitor', recurring);
      assert.equal(run.code, 1, run.stderr);
      assert.match(run.told, reason);
    });
  }

  inWorld('a probe says promoted where the role is held, and gives it its score', {}, async (world) => {
    await votesFor(world);
    assert.equal((await world.run(AGENT, 'monitor', probe)).code, 8);
    assert.deepEqual(scores(world), ['h1=1000']);
    assert.equal((await world.run(AGENT, 'monitor', recurring)).code, 8);
    assert.deepEqual(scores(world), ['h1=1000'], 'and does not set it again');
  });

  inWorld('a probe says not running on a node whose instance is stopped', { master: 2 }, async (world) => {
    const run = await world.run(AGENT, 'monitor', probe);
    assert.deepEqual([run.code, run.reason], [7, '']);
    assert.deepEqual(scores(world), []);
  });

  inWorld(
    'an old master that returns with stale ssconf is not running, and not promoted',
    {},
    async (world) => {
      await votesAgainst(world);
      const run = await world.run(AGENT, 'monitor', probe);
      assert.equal(run.code, 7, run.stderr);
      assert.match(run.told, /^GNH109 .*h2\.lab\.test/);
    },
  );

  inWorld('two masters: where luxid works here the role is neither held nor stopped', {}, async (world) => {
    await votesAgainst(world);
    await world.luxid();
    const run = await world.run(AGENT, 'monitor', probe);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.told, /^GNH109 /);
  });

  inWorld('a started instance elsewhere than the role is unpromoted', { master: 2 }, async (world) => {
    world.put(STARTED, '1\n');
    for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
    for (const how of [recurring, probe]) assert.deepEqual((await world.run(AGENT, 'monitor', how)).code, 0);
    // The noded of this world is dead, which halves it.
    assert.deepEqual(scores(world), ['h1=50']);
  });

  inWorld('a role that was given up here counts as unpromoted, whatever ssconf says', {}, async (world) => {
    world.put(STARTED, '1\n');
    world.put(RELEASED, '1\n');
    await votesFor(world);
    assert.equal((await world.run(AGENT, 'monitor', recurring)).code, 0);
    assert.equal((await world.run(AGENT, 'monitor', probe)).code, 0);
    assert.deepEqual(scores(world), ['h1=55'], 'a little more than others that nobody gave it to');
  });

  inWorld('a broken essential in full mode is a failed promoted one', {}, async (world) => {
    promotedHere(world);
    const full = { ...recurring, parameters: { mode: 'full' } };
    const run = await world.run(AGENT, 'monitor', full);
    assert.equal(run.code, 9, run.stderr);
    assert.match(run.told, /^GNH111 /);
  });

  inWorld('a drained queue in full mode is a degraded promoted one', {}, async (world) => {
    promotedHere(world);
    const luxid = await world.luxid();
    luxid.drained = true;
    world.put('/proc/net/tcp', '');
    const full = { ...recurring, parameters: { mode: 'full' } };
    const run = await world.run(AGENT, 'monitor', full);
    if (run.code === 9) assert.match(run.told, /^GNH113 /, 'rapi is not in this world');
    else assert.deepEqual([run.code, run.told.slice(0, 6)], [191, 'GNH115']);
    assert.equal(luxid.drained, true, 'an administrator’s drain stays');
  });

  inWorld('a simulated failure is one of the promoted role only where that is held', {}, async (world) => {
    world.put(STARTED, '1\n');
    world.simulate(`${AGENT}.monitor-fails`);
    world.put('/var/lib/ganeti/ssconf_master_node', 'h2.lab.test\n');
    assert.equal((await world.run(AGENT, 'monitor', recurring)).code, 1);
    world.put('/var/lib/ganeti/ssconf_master_node', 'h1.lab.test\n');
    promotedHere(world);
    const run = await world.run(AGENT, 'monitor', recurring);
    assert.equal(run.code, 9);
    assert.match(run.told, /^SIMULATED GNH009 /);
  });

  inWorld('a role moved by hand is followed: the new master gets the score', { master: 2 }, async (world) => {
    promotedHere(world);
    for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
    const run = await world.run(AGENT, 'monitor', {
      ...recurring,
      vars: { ...INSTANCE, HA_LOGFACILITY: 'daemon' },
    });
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.reason, /^GNH108 /);
    assert.deepEqual(scores(world), ['h2=1000', 'h1=50']);
    const [first] = world.calls().filter(({ program }) => ['logger', 'crm_attribute'].includes(program));
    assert.equal(first?.program, 'logger', 'Pacemaker may end the monitor as soon as the score is set');
  });
});

describe('the promotion score', { concurrency: 3 }, () => {
  inWorld(
    'is withdrawn from a node that is no candidate',
    { master: 2, candidates: [2, 3] },
    async (world) => {
      for (const node of ['h1', 'h2', 'h3']) await world.confd(node, { roles: { 'h1.lab.test': 4 } });
      assert.equal((await world.run(AGENT, 'start', probe)).code, 0);
      assert.equal((await world.run(AGENT, 'monitor', recurring)).code, 0);
      assert.deepEqual(scores(world), ['h1 deleted']);
    },
  );

  for (const [role, word] of [
    [2, 'offline'],
    [3, 'drained'],
    [4, 'regular'],
  ] as const) {
    inWorld(
      `is not given where the others say ${word}, whatever the own ssconf says`,
      { master: 2 },
      async (world) => {
        for (const node of ['h1', 'h2', 'h3']) await world.confd(node, { roles: { 'h1.lab.test': role } });
        assert.equal((await world.run(AGENT, 'start', probe)).code, 0);
        assert.deepEqual(scores(world), ['h1 deleted']);
      },
    );
  }

  inWorld(
    'is small with an older configuration, once that is no matter of a moment',
    { master: 2 },
    async (world) => {
      const mine = await world.confd('h1');
      const other = await world.confd('h2');
      await world.confd('h3');
      assert.equal((await world.run(AGENT, 'start', probe)).code, 0);
      assert.deepEqual(scores(world), ['h1=50']);
      other.serial = 11;
      age(world);
      await world.run(AGENT, 'monitor', recurring);
      assert.deepEqual(scores(world), ['h1=50'], 'the change may be on its way');
      age(world);
      await world.run(AGENT, 'monitor', recurring);
      assert.deepEqual(scores(world), ['h1=50', 'h1=5']);
      mine.serial = 11;
      await world.run(AGENT, 'monitor', recurring);
      assert.equal(scores(world).length, 2, 'looked at once a minute');
      age(world);
      await world.run(AGENT, 'monitor', recurring);
      assert.deepEqual(scores(world).at(-1), 'h1=50');
    },
  );

  inWorld('is the least where the own ConfD is silent', { master: 2 }, async (world) => {
    for (const node of ['h2', 'h3']) await world.confd(node);
    assert.equal((await world.run(AGENT, 'start', probe)).code, 0);
    assert.deepEqual(scores(world), ['h1=1']);
  });

  inWorld(
    'is published anew after a change of the membership, and after a failure',
    { master: 2 },
    async (world) => {
      for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
      world.behave('crm_attribute', 'exits-1');
      const start = await world.run(AGENT, 'start', probe);
      assert.equal(start.code, 0, 'a score that cannot be set makes no start fail');
      assert.match(start.stderr, /GNH358 .*crm_attribute/);
      world.behave('crm_attribute', undefined);
      await world.run(AGENT, 'monitor', recurring);
      await world.run(AGENT, 'monitor', recurring);
      assert.deepEqual(scores(world), ['h1=50', 'h1=50']);
      world.pacemaker({});
      await world.run(AGENT, 'monitor', recurring);
      assert.deepEqual(scores(world).length, 3);
    },
  );

  inWorld('costs a quiet monitor no process', { master: 2 }, async (world) => {
    for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
    await world.run(AGENT, 'start', probe);
    const before = world.calls().length;
    assert.equal((await world.run(AGENT, 'monitor', recurring)).code, 0);
    age(world);
    assert.equal((await world.run(AGENT, 'monitor', recurring)).code, 0);
    assert.equal(world.calls().length, before);
  });
});

/** As if the last look at the candidates were a minute ago. */
function age(world: Parameters<typeof scores>[0]): void {
  const path = '/run/ganeti-ha/promotion-score.json';
  const text = world.read(path) ?? assert.fail('no score was published');
  world.put(
    path,
    text.replace(/"at":(\d+)/, (_, at: string) => `"at":${Number(at) - 61_000}`),
  );
}
