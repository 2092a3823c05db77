// The repairs' part of the monitor on the master, in front of a described cluster.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { ClusterDescription } from '../luxi-cluster/description.ts';
import type { LuxiCluster } from '../luxi-cluster/server.ts';
import { AUTOREPAIR, WEB, withRepairs } from './repair-world.ts';
import type { World } from './world.ts';

const STATE = '/run/ganeti-ha/repair.json';
const SHARED = { name: 'web.lab.test', template: 'sharedfile', pnode: 'h3.lab.test' } as const;
const HELD_BY_NOBODY: Partial<ClusterDescription> = { instances: [SHARED] };

/** The master watches; of whom is dead no ConfD answers. */
async function watching(world: World): Promise<void> {
  for (const node of ['h1', 'h2']) await world.confd(node);
  world.put('/run/ganeti-ha/master.started', '1\n');
  assert.equal((await world.run('ganeti-node', 'start')).code, 0);
}

/** What the jobs do to instances, tags apart. */
function steps(luxid: LuxiCluster): readonly string[] {
  return luxid.queue.jobs.flatMap(({ ops }) =>
    ops.map(({ OP_ID }) => String(OP_ID)).filter((id) => id.startsWith('OP_INSTANCE_')),
  );
}

function asked(luxid: LuxiCluster): number {
  return luxid.requests.filter(({ method, args }) => method === 'Query' && args[0] === 'instance').length;
}

function monitor(world: World): ReturnType<World['run']> {
  return world.run('ganeti-node', 'monitor');
}

/** As if so much time had passed since the last pass. */
function agePass(world: World, ms: number): void {
  const state = JSON.parse(world.read(STATE) ?? assert.fail('no pass was made'));
  world.put(STATE, JSON.stringify({ ...state, atMs: state.atMs - ms, nextMs: state.nextMs - ms }));
}

describe('the monitor on the master', { concurrency: 2 }, () => {
  withRepairs(
    'brings back what was on a node that is offline, and then is quiet',
    {},
    async (world, luxid) => {
      await watching(world);
      for (let round = 1; round <= 4 && luxid.cluster.instance('web').snode !== 'h2.lab.test'; round += 1) {
        const run = await monitor(world);
        assert.equal(run.code, 0, run.stderr);
      }
      await monitor(world);
      assert.deepEqual(steps(luxid), ['OP_INSTANCE_FAILOVER', 'OP_INSTANCE_REPLACE_DISKS']);
      assert.equal(luxid.cluster.instance('web').running, true);
      assert.equal(JSON.parse(world.read(STATE) ?? '{}').open, false);
      const calls = luxid.requests.length;
      assert.equal((await monitor(world)).code, 0);
      assert.equal(luxid.requests.length, calls, 'luxid is not asked');
      assert.match((await world.gntHa('history')).stdout, /web\.lab\.test.*failover/);
    },
  );

  withRepairs('begins at the first monitor, and waits for no job', HELD_BY_NOBODY, async (world, luxid) => {
    luxid.queue.script = ({ OP_ID: id }) => (id === 'OP_INSTANCE_FAILOVER' ? { kind: 'running' } : undefined);
    await watching(world);
    const run = await monitor(world);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(steps(luxid), ['OP_INSTANCE_FAILOVER']);
    for (let round = 1; round <= 2; round += 1) await monitor(world);
    assert.deepEqual(steps(luxid), ['OP_INSTANCE_FAILOVER'], 'one that runs is not repeated');
    const step = luxid.queue.jobs.find(({ status }) => status === 'running');
    luxid.queue.script = undefined;
    luxid.queue.finish(step?.id ?? 0);
    await monitor(world);
    assert.match(luxid.cluster.instance('web').tags.join(' '), /^\S+:result:failover:\S+:success:\d+$/);
  });

  withRepairs('leaves it where nobody allows it, and is quiet', { tags: [] }, async (world, luxid) => {
    await watching(world);
    assert.equal((await monitor(world)).code, 0);
    assert.deepEqual(luxid.queue.jobs, []);
    const before = asked(luxid);
    await monitor(world);
    assert.equal(asked(luxid), before);
  });

  withRepairs(
    'looks again after five minutes, for a tag that was set since',
    { tags: [] },
    async (world, luxid) => {
      await watching(world);
      await monitor(world);
      luxid.cluster.tags = [`${AUTOREPAIR}failover`];
      agePass(world, 200_000);
      world.remove('/run/ganeti-ha/quiet.json');
      await monitor(world);
      assert.deepEqual(steps(luxid), []);
      agePass(world, 100_000);
      world.remove('/run/ganeti-ha/quiet.json');
      await monitor(world);
      assert.deepEqual(steps(luxid), ['OP_INSTANCE_FAILOVER']);
    },
  );

  withRepairs(
    'does nothing of it with the tag ocf:repair:off',
    { tags: [`${AUTOREPAIR}failover`, 'ocf:repair:off'] },
    async (world, luxid) => {
      world.put('/var/lib/ganeti/ssconf_cluster_tags', `${AUTOREPAIR}failover\nocf:repair:off\n`);
      await watching(world);
      assert.equal((await monitor(world)).code, 0);
      assert.deepEqual([asked(luxid), world.read(STATE)], [0, undefined]);
      assert.equal((await world.gntHa('repair')).code, 0);
      assert.deepEqual(steps(luxid)[0], 'OP_INSTANCE_FAILOVER', 'a person may still do it');
    },
  );

  withRepairs('starts nothing elsewhere while the node lives, and says so', {}, async (world, luxid) => {
    world.pacemaker({});
    await watching(world);
    for (let round = 1; round <= 2; round += 1) {
      const run = await monitor(world);
      assert.equal(run.code, 190);
      assert.match(run.reason, /^GNH330 h3\.lab\.test .*\(also: GNH402\)/);
    }
    assert.deepEqual(luxid.queue.jobs, []);
    const held = (world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '').match(/"repair-held"/g);
    assert.equal(held?.length, 1, 'it is written down once');
  });

  withRepairs('writes not even a tag without quorum', {}, async (world, luxid) => {
    world.pacemaker({ nodes: [{ name: 'h3', online: false }], fencings: [{ target: 'h3' }], quorum: false });
    await watching(world);
    await monitor(world);
    assert.deepEqual(luxid.queue.jobs, []);
  });

  withRepairs('begins nothing in a pause, and goes on after it', {}, async (world, luxid) => {
    const pause = '/var/lib/ganeti/ha_node_role_config';
    world.put(pause, '');
    await watching(world);
    await monitor(world);
    assert.deepEqual(luxid.queue.jobs, []);
    world.remove(pause);
    agePass(world, 300_000);
    world.remove('/run/ganeti-ha/quiet.json');
    await monitor(world);
    assert.deepEqual(steps(luxid)[0], 'OP_INSTANCE_FAILOVER');
  });

  withRepairs('is no slower than its budget where luxid hangs', {}, async (world, luxid) => {
    await watching(world);
    luxid.before = ({ method }) =>
      method === 'QueryClusterInfo' ? new Promise(() => {}) : Promise.resolve(undefined);
    const run = await monitor(world);
    assert.equal(run.code, 0, 'others tell of a luxid that hangs');
    assert.ok(run.ms < 12_000, `${run.ms} ms`);
    const state = JSON.parse(world.read(STATE) ?? assert.fail('no state'));
    world.put(STATE, JSON.stringify({ ...state, unseenSinceMs: state.unseenSinceMs - 60_000 }));
    assert.match((await monitor(world)).reason, /^GNH400 .*Check: gnt-cluster master-ping$/);
    luxid.before = undefined;
    assert.equal((await monitor(world)).code, 0);
    assert.deepEqual(steps(luxid)[0], 'OP_INSTANCE_FAILOVER', 'the next monitor goes on');
  });

  withRepairs(
    'shows a repair that failed until its tag is gone',
    { instances: [{ ...WEB, tags: [`${AUTOREPAIR}result:failover:x:1000:failure:4`] }] },
    async (world) => {
      await watching(world);
      const run = await monitor(world);
      assert.equal(run.code, 190);
      assert.match(run.reason, /^GNH401 .*See: gnt-ha repair status$/);
      assert.match((await monitor(world)).reason, /^GNH401 /, 'also by a quiet monitor');
    },
  );
});
