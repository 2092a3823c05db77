import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inWorld } from './in-world.ts';
import type { LuxidServer } from './luxid-server.ts';
import { CERTIFICATES, type NodedServer } from './noded-server.ts';
import { offlined, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

const H3 = 'h3.lab.test';
const AUTOMATIC = { tags: ['ocf:node-offline:on-return:readmit', 'ocf:node-offline:readmit-after:60'] };

/** A master, and h3 back as a member while Ganeti has it offline, by our own job. */
async function returned(world: World): Promise<{ luxid: LuxidServer; noded: NodedServer }> {
  const luxid = await watchingMaster(world);
  const noded = await world.noded(H3);
  Object.assign(luxid.nodes[2] ?? {}, {
    ...{ offline: true, candidate: false, serial: 10, tags: ['ocf:node-offline:offlined:10'] },
  });
  luxid.instances.push({ name: 'web', pnode: H3 }, { name: 'db', pnode: 'h2.lab.test' });
  world.put('/var/lib/ganeti/ssconf_offline_nodes', `${H3}\n`);
  world.pacemaker({});
  return { luxid, noded };
}

function kinds(luxid: LuxidServer): readonly (readonly string[])[] {
  return luxid.jobs.map(({ ops }) => ops.map(({ OP_ID }) => String(OP_ID)));
}

const TAKEN_BACK = [['OP_NODE_SET_PARAMS', 'OP_CLUSTER_REDIST_CONF', 'OP_TAGS_DEL', 'OP_TAGS_SET']] as const;

/** Lets the first job that comes end so, for as long as `running` is under way. */
async function endJobs(
  luxid: LuxidServer,
  status: 'success' | 'error',
  running: Promise<unknown>,
): Promise<void> {
  let over = false;
  const done = running.finally(() => {
    over = true;
  });
  while (!over) {
    for (const job of luxid.jobs) job.status = status;
    await sleep(20);
  }
  await done;
}

/** As if every node had been as it is for so much longer. */
function steadyFor(world: World, ms: number): void {
  const path = '/run/ganeti-ha/steadiness.json';
  const text = world.read(path) ?? assert.fail('nobody keeps count');
  world.put(
    path,
    text.replace(/"sinceMs":(\d+)/g, (_, since: string) => `"sinceMs":${Number(since) - ms}`),
  );
}

describe('a node that is back and offline in Ganeti', { concurrency: 3 }, () => {
  inWorld('stays so by default, and the monitor on the master names the remedy', {}, async (world) => {
    const { luxid } = await returned(world);
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.reason, /^GNH330 h3\.lab\.test .* When it is sound: gnt-ha readmit h3\.lab\.test$/);
    const calls = luxid.methods.length;
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual([luxid.jobs, luxid.methods.length], [[], calls], 'luxid is not asked');
  });

  inWorld('is not spoken of while it is only joining', {}, async (world) => {
    await returned(world);
    world.pacemaker({ nodes: [{ name: 'h3', pending: true, standby: true, expectedUp: false }] });
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 0, run.stderr);
  });

  inWorld('is taken back after its delay where that is wanted, once', AUTOMATIC, async (world) => {
    const { luxid } = await returned(world);
    const first = await world.run('ganeti-node', 'monitor');
    assert.match(first.told, /^GNH330 .*is taken back at \d\d:\d\d:\d\d UTC/);
    assert.deepEqual(luxid.jobs, []);
    steadyFor(world, 60_000);
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(kinds(luxid), TAKEN_BACK);
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs.length, 1);
  });

  inWorld('whose job fails is told, and not taken back again by itself', AUTOMATIC, async (world) => {
    const { luxid } = await returned(world);
    await world.run('ganeti-node', 'monitor');
    steadyFor(world, 60_000);
    await world.run('ganeti-node', 'monitor');
    for (const job of luxid.jobs) job.status = 'error';
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(
      run.told,
      /GNH334 Job 1 to take h3\.lab\.test back failed \(.*not repeated by itself.* See: gnt-job info 1/,
    );
    steadyFor(world, 600_000);
    world.remove('/run/ganeti-ha/quiet.json');
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs.length, 1);
  });

  inWorld('begins its delay anew when anybody joins or leaves', AUTOMATIC, async (world) => {
    const { luxid } = await returned(world);
    await world.run('ganeti-node', 'monitor');
    steadyFor(world, 60_000);
    world.pacemaker({});
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.jobs, []);
  });

  const HELD: readonly [string, (luxid: LuxidServer, world: World) => void, RegExp][] = [
    [
      'an administrator marked it offline',
      (luxid) => Object.assign(luxid.nodes[2] ?? {}, { tags: [] }),
      /GNH330 .*not known that these agents marked it/,
    ],
    [
      'somebody changed it since',
      (luxid) => Object.assign(luxid.nodes[2] ?? {}, { serial: 11 }),
      /GNH330 .*changed in Ganeti since/,
    ],
    [
      'it was taken back today already',
      (luxid) =>
        luxid.nodes[2]?.tags?.push(`ocf:node-offline:readmitted:${Math.floor(Date.now() / 1000) - 3600}`),
      /GNH330 .*taken back before/,
    ],
    [
      'a pause stands',
      (_, world) => world.put('/var/lib/ganeti/ha_node_role_config', ''),
      /GNH330 .*paused: ha_node_role_config/,
    ],
  ];
  for (const [why, make, told] of HELD) {
    inWorld(`is not taken back by itself where ${why}`, AUTOMATIC, async (world) => {
      const { luxid } = await returned(world);
      make(luxid, world);
      const first = await world.run('ganeti-node', 'monitor');
      steadyFor(world, 3_600_000);
      world.remove('/run/ganeti-ha/quiet.json');
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(luxid.jobs, []);
      assert.match(first.stderr, told);
    });
  }

  inWorld('is not taken back by itself while it runs what has moved', AUTOMATIC, async (world) => {
    const { luxid, noded } = await returned(world);
    noded.running.push('web', 'db');
    await world.run('ganeti-node', 'monitor');
    steadyFor(world, 60_000);
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(luxid.jobs, []);
    assert.match(run.told, /^GNH333 .*db .*gnt-ha readmit -n h3\.lab\.test$/);
  });

  inWorld(
    'bears our mark where it may be taken back by itself, by a job that gates nothing',
    AUTOMATIC,
    async (world) => {
      const luxid = await watchingMaster(world, [H3]);
      Object.assign(luxid.nodes[2] ?? {}, { serial: 4 });
      world.pacemaker({ nodes: [{ name: 'h3', online: false }], fencings: [{ target: 'h3' }] });
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), [H3]);
      const [mark] = luxid.jobs[1]?.ops ?? [];
      assert.deepEqual(mark?.tags, ['ocf:node-offline:offlined:7']);
      assert.deepEqual(mark?.depends, [[1, ['success']]]);
    },
  );
});

describe('gnt-ha readmit', { concurrency: 3 }, () => {
  inWorld('takes a node back by its short name, and tells how it went', {}, async (world) => {
    const { luxid, noded } = await returned(world);
    noded.running.push('web', 'stray');
    const running = world.gntHa('readmit', 'h3');
    await endJobs(luxid, 'success', running);
    const run = await running;
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(kinds(luxid), TAKEN_BACK);
    assert.match(run.stdout, /h3\.lab\.test is in service again/);
    assert.match(run.stderr, /also runs stray, which Ganeti does not know/);
    const [change, , , tag] = luxid.jobs[0]?.ops ?? [];
    assert.deepEqual([change?.offline, change?.node_name, change?.force], [false, H3, false]);
    assert.match(String(tag?.tags), /^ocf:node-offline:readmitted:\d+$/);
    assert.match(world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '', /"event":"readmit-submitted"/);
    assert.ok(noded.functions.every((name) => !/^(write|start|stop|demote)/.test(name)));
  });

  inWorld('--dry-run changes nothing', {}, async (world) => {
    const { luxid } = await returned(world);
    const run = await world.gntHa('readmit', '--dry-run', H3);
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stdout, /Nothing was done/);
    assert.deepEqual(luxid.jobs, []);
  });

  inWorld('tells where the job fails', {}, async (world) => {
    const { luxid } = await returned(world);
    const running = world.gntHa('readmit', H3);
    await endJobs(luxid, 'error', running);
    const run = await running;
    assert.equal(run.code, 1);
    assert.match(run.stderr, /The job failed: .*gnt-job info 1/);
  });

  const REFUSED: readonly [
    string,
    (made: { luxid: LuxidServer; noded: NodedServer }, world: World) => unknown,
    RegExp,
  ][] = [
    [
      'it runs what has moved',
      ({ noded }) => noded.running.push('db'),
      /db \(its primary is h2\.lab\.test\)/,
    ],
    ['its clock is wrong', ({ noded }) => (noded.clockMs = 200_000), /clock of h3\.lab\.test is 200 s off/],
    ['its noded is gone', ({ noded }) => noded.close(), /noded .*did not answer.*ECONNREFUSED/],
    [
      'its noded does not know this master',
      (_, world) =>
        world.put('/var/lib/ganeti/client.pem', readFileSync(join(CERTIFICATES, 'stranger.pem')), 0o440),
      /noded .*did not answer.*gnt-node add --readd/,
    ],
    ['it is gone', (_, world) => world.pacemaker({ nodes: [{ name: 'h3', online: false }] }), /no member/],
    [
      'its fencing runs',
      (_, world) => world.pacemaker({ fencings: [{ target: 'h3', status: 'pending' }] }),
      /about to be fenced/,
    ],
    ['there is no quorum', (_, world) => world.pacemaker({ quorum: false }), /no quorum/],
    [
      'it is in service',
      ({ luxid }) => Object.assign(luxid.nodes[2] ?? {}, { offline: false }),
      /not offline in Ganeti/,
    ],
    ['the queue is drained', ({ luxid }) => Object.assign(luxid, { drained: true }), /queue is drained/],
    [
      'a pause stands',
      (_, world) => world.put('/var/lib/ganeti/ha_node_role_config', ''),
      /paused: ha_node_role_config/,
    ],
    ['luxid hangs', ({ luxid }) => Object.assign(luxid, { hung: true }), /luxid cannot be used/],
  ];
  for (const [why, make, told] of REFUSED) {
    inWorld(`refuses where ${why}`, {}, async (world) => {
      const made = await returned(world);
      await make(made, world);
      const run = await world.gntHa('readmit', H3);
      assert.equal(run.code, 1, run.stdout);
      assert.match(run.stderr, told);
      assert.deepEqual(made.luxid.jobs, []);
    });
  }

  inWorld('refuses a node whose ConfD is silent', {}, async (world) => {
    const luxid = await watchingMaster(world, [H3]);
    await world.noded(H3);
    Object.assign(luxid.nodes[2] ?? {}, { offline: true, candidate: false });
    const run = await world.gntHa('readmit', H3);
    assert.equal(run.code, 1);
    assert.match(run.stderr, /ConfD on h3\.lab\.test is silent.*daemon-util start ganeti-confd/);
  });

  inWorld('is for one node of Ganeti, on its master', {}, async (world) => {
    await returned(world);
    assert.equal((await world.gntHa('readmit')).code, 64);
    for (const name of ['', 'h', 'h9', 'h3.lab', 'H3']) {
      const run = await world.gntHa('readmit', name);
      assert.deepEqual([run.code, /is not exactly one node/.test(run.stderr)], [1, true], name);
    }
    world.put('/answers/luxid-master', 'h2.lab.test\n');
    const elsewhere = await world.gntHa('readmit', H3);
    assert.equal(elsewhere.code, 1);
    assert.match(elsewhere.stderr, /luxid names h2\.lab\.test as master/);
  });
});
