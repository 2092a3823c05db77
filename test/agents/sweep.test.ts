import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { LedgerEntry } from '../../src/sweep/ledger.ts';
import { inWorld } from './in-world.ts';
import { agePast, fence, gone, offlined, watchingMaster } from './watching-master.ts';

const LEDGER = '/var/lib/ganeti-ha/ledger.jsonl';

describe('the sweep', { concurrency: 3 }, () => {
  inWorld(
    'after a master and another node were fenced in one transition marks both offline, from the new master’s start',
    { size: 5, me: 2, master: 1 },
    async (world) => {
      const newMaster = { get: () => world.read('/var/lib/ganeti/ssconf_master_node')?.trim() };
      for (const node of world.nodes) Object.defineProperty(await world.confd(node), 'master', newMaster);
      await world.run('ganeti-node', 'start');
      fence(world, 'h1', 'h4');
      const luxid = await world.luxid();
      const run = await world.run('ganeti-master', 'start', { meta: { timeout: '300000' } });
      assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
      const submitted = luxid.jobs.map(({ ops }) => ops);
      assert.equal(submitted.length, 2);
      for (const [index, name] of ['h1.lab.test', 'h4.lab.test'].entries()) {
        const [op, ...more] = submitted[index] ?? [];
        assert.deepEqual(more, []);
        assert.ok(op !== undefined);
        const { reason, ...parameters } = op;
        assert.deepEqual(parameters, {
          OP_ID: 'OP_NODE_SET_PARAMS',
          node_name: name,
          force: false,
          offline: true,
          auto_promote: false,
          debug_level: 0,
          priority: -10,
          depends: null,
          comment: null,
        });
        assert.match(JSON.stringify(reason), /^\[\["ocf:ganeti:ganeti-master",".*was fenced.*",\d+\]\]$/);
      }
      // The node agent's notify arrives at the same time; its sweep finds the jobs under way.
      const meta = {
        notify_type: 'post',
        notify_operation: 'stop',
        notify_key_operation: 'stonith',
        notify_stop_uname: 'h1',
      };
      assert.equal((await world.run('ganeti-node', 'notify', { meta })).code, 0);
      assert.equal(luxid.jobs.length, 2);
    },
  );

  for (const [what, node] of [
    ['in standby', { name: 'h3', standby: true }],
    ['in maintenance', { name: 'h3', maintenance: true }],
    ['shutting down', { name: 'h3', shutdown: true }],
    ['cleanly shut down', { name: 'h3', online: false }],
    ['joining', { name: 'h3', online: false, pending: true }],
    [
      'unclean but still a member, as after a failed monitor with on-fail=fence',
      { name: 'h3', unclean: true },
    ],
    ['lost and not yet fenced', { name: 'h3', online: false, unclean: true, expectedUp: true }],
  ] as const) {
    inWorld(`marks nobody offline where a node is ${what}`, {}, async (world) => {
      const luxid = await watchingMaster(world);
      world.pacemaker({ nodes: [node] });
      const run = await world.run('ganeti-node', 'monitor');
      assert.ok(run.code === 0 || run.code === 190, run.stderr);
      assert.deepEqual(luxid.jobs, []);
    });
  }

  inWorld('marks nobody offline whose fencing fails, and says so', {}, async (world) => {
    const luxid = await watchingMaster(world);
    const node = { name: 'h3', online: false, unclean: true, expectedUp: true };
    world.pacemaker({ nodes: [node], fencings: [{ target: 'h3', status: 'failed' }] });
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH303 /);
    assert.deepEqual(luxid.jobs, []);
  });

  inWorld(
    'marks nobody offline while the resource is stopped and started, as in an upgrade',
    {},
    async (world) => {
      const luxid = await watchingMaster(world);
      for (const action of ['stop', 'start', 'monitor']) {
        assert.equal((await world.run('ganeti-node', action)).code, 0);
        assert.equal((await world.run('ganeti-master', action)).code, 0);
      }
      assert.deepEqual(luxid.jobs, []);
    },
  );

  inWorld('marks nobody offline without quorum', {}, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker({ nodes: gone('h2', 'h3'), fencings: [{ target: 'h3' }], quorum: false });
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH305 /);
    assert.deepEqual(luxid.jobs, []);
  });

  inWorld(
    'takes an offline job back, and says so, where the node is back before the job ran',
    {},
    async (world) => {
      const luxid = await watchingMaster(world);
      fence(world, 'h3');
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
      world.pacemaker({ fencings: [{ target: 'h3' }] });
      const run = await world.run('ganeti-node', 'monitor');
      assert.equal(run.code, 190);
      assert.match(run.told, /^GNH310 h3\.lab\.test/);
      assert.deepEqual(luxid.cancelled, [1]);
      const after = await world.run('ganeti-node', 'monitor');
      assert.deepEqual([after.code, after.reason], [0, ''], after.stderr);
      assert.deepEqual([offlined(luxid), luxid.cancelled], [['h3.lab.test'], [1]]);
    },
  );

  inWorld(
    'says so where an offline job can no longer be taken back from a node that returned',
    {},
    async (world) => {
      const luxid = await watchingMaster(world);
      fence(world, 'h3');
      await world.run('ganeti-node', 'monitor');
      for (const job of luxid.jobs) job.status = 'running';
      world.pacemaker({ fencings: [{ target: 'h3' }] });
      const run = await world.run('ganeti-node', 'monitor');
      assert.match(
        run.told,
        /^GNH310 h3\.lab\.test .*could not be withdrawn .*gnt-ha readmit h3\.lab\.test$/,
      );
    },
  );

  inWorld('does not mark a fenced node offline that is back already', {}, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker({ fencings: [{ target: 'h3', action: 'reboot' }] });
    assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
    assert.deepEqual(luxid.jobs, []);
  });

  inWorld(
    'holds what is beyond the limit, says so, and goes on when the limit was raised and all has been quiet for a while',
    { size: 7 },
    async (world) => {
      const luxid = await watchingMaster(world);
      fence(world, 'h2', 'h3', 'h4');
      const one = { parameters: { max_offline: '1' } };
      const run = await world.run('ganeti-node', 'monitor', one);
      assert.equal(run.code, 190);
      assert.match(run.told, /^GNH304 .*no more than 1 /);
      assert.deepEqual(offlined(luxid), ['h2.lab.test']);
      const again = await world.run('ganeti-node', 'monitor', one);
      assert.match(again.told, /^GNH304 /);
      assert.deepEqual(offlined(luxid), ['h2.lab.test']);
      const ledger = world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '';
      assert.equal(ledger.match(/"event":"held","node":"h3\.lab\.test","hold":"brake"/g)?.length, 1);
      const raised = { parameters: { max_offline: '3' } };
      await world.run('ganeti-node', 'monitor', raised);
      const cooling = await world.run('ganeti-node', 'monitor', raised);
      assert.match(cooling.told, /^GNH323 .* before \d\d:\d\d:\d\d UTC\. /);
      assert.deepEqual(offlined(luxid), ['h2.lab.test'], 'the storm has only just ended');
      agePast(world, 600_000);
      await world.run('ganeti-node', 'monitor', raised);
      assert.deepEqual(offlined(luxid), ['h2.lab.test', 'h3.lab.test', 'h4.lab.test']);
    },
  );

  inWorld(
    'marks fewer than half of the nodes offline without a limit of one’s own',
    { size: 4 },
    async (world) => {
      const luxid = await watchingMaster(world);
      fence(world, 'h3', 'h4');
      const run = await world.run('ganeti-node', 'monitor');
      assert.match(run.told, /^GNH304 /);
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
    },
  );

  inWorld(
    'acts on a lost node where the administrator opted in by tag',
    { tags: ['ocf:node-offline:evidence:lost'] },
    async (world) => {
      const luxid = await watchingMaster(world);
      world.pacemaker({
        nodes: [{ name: 'h3', online: false, unclean: true, expectedUp: true }],
        stonith: false,
      });
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
      const nft = world.calls('nft').map(({ input }) => input ?? '');
      assert.ok(!nft.some((text) => text.includes(world.address('h3'))), 'only the proven dead are shunned');
    },
  );

  inWorld('leaves alone what somebody’s job is marking offline, and what is offline', {}, async (world) => {
    const luxid = await watchingMaster(world);
    luxid.jobs.push({
      id: 1,
      status: 'running',
      ops: [{ OP_ID: 'OP_NODE_SET_PARAMS', node_name: 'h3.lab.test', offline: true }],
      results: [],
    });
    fence(world, 'h3', 'h2');
    for (const node of luxid.nodes) node.offline = node.name === 'h2.lab.test';
    await world.run('ganeti-node', 'monitor', { parameters: { max_offline: '2' } });
    assert.equal(luxid.jobs.length, 1);
  });
});

describe('a node that answers on the network although it is said to be dead', { concurrency: 3 }, () => {
  inWorld('is not marked offline, which is told once it is no boot any more', {}, async (world) => {
    const luxid = await watchingMaster(world);
    fence(world, 'h3');
    world.confdNow('h3', { silent: false });
    const first = await world.run('ganeti-node', 'monitor');
    assert.deepEqual([first.code, luxid.jobs], [0, []], first.stderr);
    assert.match(world.read(LEDGER) ?? '', /"event":"held".*"hold":"answers"/);
    agePast(world, 61_000);
    const run = await world.run('ganeti-node', 'monitor');
    assert.equal(run.code, 190);
    assert.match(run.told, /^GNH345 h3\.lab\.test answers over the network.*gnt-ha why h3\.lab\.test/);
    assert.deepEqual(luxid.jobs, []);
  });

  inWorld(
    'is marked offline as soon as it is silent, with the silence in the evidence',
    {},
    async (world) => {
      const luxid = await watchingMaster(world);
      fence(world, 'h3');
      world.confdNow('h3', { silent: false });
      await world.run('ganeti-node', 'monitor');
      world.confdNow('h3', { silent: true });
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(offlined(luxid), ['h3.lab.test']);
      const lines = (world.read(LEDGER) ?? '').split('\n').filter((line) => line !== '');
      const entries = lines.map((line): LedgerEntry => JSON.parse(line));
      const submitted = entries.find((entry) => entry.event === 'offline-submitted');
      assert.deepEqual(
        submitted?.evidence?.map(({ source }) => source),
        ['fencing-history', 'own-memory', 'pacemaker', 'corosync', 'network'],
      );
      assert.ok(submitted?.evidence?.every(({ atMs }) => Math.abs(atMs - Date.now()) < 60_000));
    },
  );

  inWorld(
    'is not marked offline either where no proof of its death is wanted',
    { tags: ['ocf:node-offline:evidence:lost'] },
    async (world) => {
      const luxid = await watchingMaster(world);
      world.pacemaker({
        nodes: [{ name: 'h3', online: false, unclean: true, expectedUp: true }],
        stonith: false,
      });
      world.confdNow('h3', { silent: false });
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(luxid.jobs, []);
    },
  );
});
