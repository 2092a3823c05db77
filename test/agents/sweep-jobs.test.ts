import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { agePast, fence, offlined, watchingMaster } from './watching-master.ts';

describe('the jobs of the sweep', { concurrency: 3 }, () => {
  inWorld('tells a luxid that hangs and tries again at the next monitor', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    luxid.hung = true;
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH302 .*h3\.lab\.test/);
    luxid.hung = false;
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
  });

  inWorld(
    'finds the job again whose submission luxid did not answer, and submits no other',
    {},
    async (world) => {
      const luxid = await watchingMaster(world);
      fence(world, 'h3');
      luxid.swallows = 'SubmitJob';
      const run = await world.run('ganeti-node', 'monitor');
      assert.match(run.told, /^GNH302 .*not known yet whether h3\.lab\.test is being marked offline/);
      assert.doesNotMatch(world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '', /"event":"offline-submitted"/);
      luxid.swallows = undefined;
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
      assert.match(
        world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '',
        /"event":"offline-submitted","node":"h3.lab.test","job":1,"because":"h3 was fenced .*"evidence":\[/,
      );
      for (const job of luxid.jobs) job.status = 'success';
      await world.run('ganeti-node', 'monitor');
      assert.match(world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '', /"event":"job-ended".*"job":1/);
    },
  );

  inWorld("takes nobody else's job for its own, and none from before the decision", {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    luxid.swallows = 'SubmitJob';
    await world.run('ganeti-node', 'monitor');
    const [job] = luxid.jobs;
    assert.ok(job !== undefined);
    const by = (source: string): typeof job.ops =>
      job.ops.map((op) => ({ ...op, reason: [[source, '', 1]] }));
    luxid.jobs.splice(0, 1, { ...job, ops: by('gnt:client:gnt-node') });
    luxid.jobs.push({ ...job, id: 2, receivedMs: Date.now() - 60_000 });
    luxid.swallows = undefined;
    assert.doesNotMatch((await world.run('ganeti-node', 'monitor')).told, /GNH302/);
    assert.doesNotMatch(world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '', /"event":"offline-submitted"/);
  });

  inWorld('submits nothing where luxid names another master than ssconf', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    world.put('/answers/luxid-master', 'h2.lab.test\n');
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.told, /^GNH302 .*h2\.lab\.test/);
    assert.deepEqual(luxid.jobs, []);
  });

  inWorld('tells a failed offline job, and submits another only after a while', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    await world.run('ganeti-node', 'monitor');
    const [job] = luxid.jobs;
    assert.ok(job !== undefined);
    job.status = 'error';
    job.results = [['OpPrereqError', ['Not enough master candidates', 'insufficient_resources']]];
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH307 Job 1 .*Not enough master candidates/);
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs.length, 1);
    agePast(world, 31_000);
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(offlined(luxid), ['h3.lab.test', 'h3.lab.test']);
  });

  inWorld('follows a job to its success and is quiet then', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    await world.run('ganeti-node', 'monitor');
    for (const job of luxid.jobs) job.status = 'success';
    for (const node of luxid.nodes) node.offline = node.name === 'h3.lab.test';
    world.put('/var/lib/ganeti/ssconf_offline_nodes', 'h3.lab.test\n');
    world.put('/var/lib/ganeti/ssconf_online_nodes', 'h1.lab.test\nh2.lab.test\n');
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
    assert.match(
      world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '',
      /"event":"job-ended".*"outcome":"success"/,
    );
    assert.equal(luxid.jobs.length, 1);
  });

  for (const [tag, expected] of [
    ['use-powercycle', { OP_ID: 'OP_NODE_POWERCYCLE', node_name: 'h3.lab.test', force: false }],
    [
      'use-poweroff',
      {
        OP_ID: 'OP_OOB_COMMAND',
        node_names: ['h3.lab.test'],
        command: 'power-off',
        depends: [[1, ['success']]],
      },
    ],
  ] as const) {
    inWorld(
      `submits the power job beside the offline job where the tag ${tag} asks for it`,
      { tags: [`ocf:node-offline:${tag}`] },
      async (world) => {
        const luxid = await watchingMaster(world);
        fence(world, 'h3');
        await world.run('ganeti-node', 'monitor');
        assert.deepEqual(offlined(luxid), ['h3.lab.test']);
        assert.equal(luxid.jobs.length, 2);
        const [op] = luxid.jobs[1]?.ops ?? [];
        assert.ok(op !== undefined);
        for (const [key, value] of Object.entries(expected)) assert.deepEqual(op[key], value);
      },
    );
  }

  inWorld(
    'has the configuration sent out again where a living candidate names another master',
    {},
    async (world) => {
      for (const node of ['h1', 'h2']) await world.confd(node);
      await world.confd('h3', { master: 'h3.lab.test', serial: 5 });
      world.put('/run/ganeti-ha/master.started', '1\n');
      const luxid = await world.luxid();
      await world.run('ganeti-node', 'start');
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(
        luxid.jobs.map(({ ops }) => ops.map(({ OP_ID }) => OP_ID)),
        [['OP_CLUSTER_REDIST_CONF']],
      );
      assert.match((await world.run('ganeti-node', 'monitor')).told, /^GNH314 h3\.lab\.test/);
    },
  );

  inWorld('shuns the proven dead port by port, and withdraws it when the node is back', {}, async (world) => {
    await watchingMaster(world, ['h3.lab.test']);
    fence(world, 'h3');
    await world.run('ganeti-node', 'monitor');
    const rules = world.calls('nft').at(-1)?.input ?? '';
    assert.match(
      rules,
      new RegExp(`ip daddr ${world.address('h3')} tcp dport \\{ 22, 1811, 1815 \\} reject with tcp reset`),
    );
    assert.ok(!rules.includes(world.address('h2')));
    world.pacemaker({ fencings: [{ target: 'h3' }] });
    await world.run('ganeti-node', 'monitor');
    assert.equal(world.calls('nft').at(-1)?.input, 'add table inet ganeti_ha\ndelete table inet ganeti_ha\n');
  });

  inWorld('marks a node offline also where nft fails or is missing', {}, async (world) => {
    const luxid = await watchingMaster(world, ['h3.lab.test']);
    world.behave('nft', 'exits-1');
    fence(world, 'h3');
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.stderr, /GNH312/);
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
  });

  inWorld('marks a node offline also where the ledger cannot be written', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    world.remove('/var/lib/ganeti-ha');
    world.put('/var/lib/ganeti-ha', 'in the way');
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.stderr, /GNH313/);
    assert.deepEqual(offlined(luxid), ['h3.lab.test']);
  });
});
