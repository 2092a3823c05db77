import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { LuxidServer } from './luxid-server.ts';
import type { MonNode } from './pacemaker-xml.ts';
import { agePast, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

const ASKED = { tags: ['ocf:node-offline:drain-on-leave'] };

/** What each job would do, as `ID name=value`, tags and flags only. */
function opsOf(luxid: LuxidServer): readonly string[] {
  return luxid.jobs.map(({ ops }) =>
    ops
      .map(({ OP_ID, drained, offline, auto_promote: promote, master_candidate: candidate, tags }) => {
        const said = { drained, offline, promote: promote === true ? true : undefined, candidate, tags };
        const words = Object.entries(said).flatMap(([key, value]) =>
          value === undefined ? [] : [`${key}=${String(value)}`],
        );
        return [String(OP_ID).replace('OP_', ''), ...words].join(' ');
      })
      .join('; '),
  );
}

/** The jobs have run, and Ganeti's own entry of the node shows it. */
function carryOut(luxid: LuxidServer, name: string, changes: Partial<LuxidServer['nodes'][number]>): void {
  for (const job of luxid.jobs) job.status = 'success';
  Object.assign(luxid.nodes.find((node) => node.name === name) ?? assert.fail(name), changes);
}

/** As if every node had been as it is for so much longer. */
function steadyFor(world: World, ms: number): void {
  const path = '/run/ganeti-ha/steadiness.json';
  const aged = (world.read(path) ?? assert.fail('nobody keeps count')).replace(
    /"sinceMs":(\d+)/g,
    (_, since: string) => `"sinceMs":${Number(since) - ms}`,
  );
  world.put(path, aged);
}

const LEAVES: readonly [string, MonNode][] = [
  ['standby', { name: 'h3', standby: true }],
  ['Pacemaker and corosync stopped in order', { name: 'h3', online: false }],
];
const STAYS: readonly [string, MonNode, boolean?][] = [
  ['maintenance of the node', { name: 'h3', maintenance: true }],
  ['standby in maintenance', { name: 'h3', standby: true, maintenance: true }],
  ['standby while the cluster is in maintenance mode', { name: 'h3', standby: true }, true],
  ['Pacemaker stopped a moment ago', { name: 'h3', pending: true, standby: true, expectedUp: false }],
  ['shutting down', { name: 'h3', shutdown: true }],
  ['lost', { name: 'h3', online: false, unclean: true, expectedUp: true }],
];

describe('a node that leaves in order', { concurrency: 3 }, () => {
  for (const [what, node] of [...LEAVES, ...STAYS]) {
    inWorld(
      `is never marked offline, and drained by nobody who was not asked to: ${what}`,
      {},
      async (world) => {
        const luxid = await watchingMaster(world, ['h3.lab.test']);
        world.pacemaker({ nodes: [node] });
        await world.run('ganeti-node', 'monitor');
        assert.deepEqual(opsOf(luxid), []);
      },
    );
  }

  for (const [what, node] of LEAVES) {
    inWorld(`is drained where the tag asks for it, once: ${what}`, ASKED, async (world) => {
      const luxid = await watchingMaster(world, ['h3.lab.test']);
      Object.assign(luxid.nodes[2] ?? {}, { serial: 7 });
      world.pacemaker({ nodes: [node] });
      const run = await world.run('ganeti-node', 'monitor');
      assert.equal(run.code, 0, run.stderr);
      const expected = ['NODE_SET_PARAMS drained=true; TAGS_SET tags=ocf:node-offline:drained:10'];
      assert.deepEqual(opsOf(luxid), expected);
      await world.run('ganeti-node', 'monitor');
      carryOut(luxid, 'h3.lab.test', { drained: true, serial: 10, tags: ['ocf:node-offline:drained:10'] });
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(opsOf(luxid), expected);
      assert.match(world.read('/var/lib/ganeti-ha/ledger.jsonl') ?? '', /"what":"drain","outcome":"success"/);
    });
  }

  for (const [what, node, maintenance = false] of STAYS) {
    inWorld(`is not drained also where the tag asks for it: ${what}`, ASKED, async (world) => {
      const luxid = await watchingMaster(world, ['h3.lab.test']);
      world.pacemaker({ nodes: [node] });
      if (maintenance) {
        const xml = world.read('/answers/crm_mon') ?? '';
        world.put('/answers/crm_mon', xml.replace('maintenance-mode="false"', 'maintenance-mode="true"'));
      }
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(opsOf(luxid), []);
    });
  }

  inWorld('is drained when Pacemaker stays stopped under a running corosync', ASKED, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker({ nodes: [{ name: 'h3', pending: true, standby: true, expectedUp: false }] });
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(opsOf(luxid), []);
    steadyFor(world, 61_000);
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs.length, 1);
  });

  inWorld('is not drained when it is the master', { ...ASKED, me: 1, master: 1 }, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker({ nodes: [{ name: 'h1', standby: true }] });
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(opsOf(luxid), []);
  });

  inWorld('is drained with promotion of another where the pool needs it', ASKED, async (world) => {
    const luxid = await watchingMaster(world);
    Object.assign(luxid.nodes[1] ?? {}, { candidate: false });
    world.pacemaker({ nodes: [{ name: 'h3', standby: true }] });
    await world.run('ganeti-node', 'monitor');
    assert.match(opsOf(luxid).join(), /^NODE_SET_PARAMS drained=true promote=true;/);
  });

  inWorld('is told of where luxid hangs, and where the queue is drained', ASKED, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker({ nodes: [{ name: 'h3', standby: true }] });
    luxid.drained = true;
    const drained = await world.run('ganeti-node', 'monitor');
    assert.match(drained.told, /^GNH115 .*h3\.lab\.test not drained.*gnt-cluster queue undrain$/);
    luxid.hung = true;
    const hung = await world.run('ganeti-node', 'monitor');
    assert.match(hung.told, /^GNH302 .*whether h3\.lab\.test is drained/);
    assert.deepEqual(opsOf(luxid), []);
  });

  inWorld('whose drain fails is told, and tried again after five minutes', ASKED, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker({ nodes: [{ name: 'h3', standby: true }] });
    await world.run('ganeti-node', 'monitor');
    for (const job of luxid.jobs) job.status = 'error';
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.told, /^GNH331 Job 1 to drain h3\.lab\.test failed/);
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs.length, 1);
    agePast(world, 301_000);
    world.remove('/run/ganeti-ha/quiet.json');
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs.length, 2);
  });

  inWorld('and dies then is marked offline as any other', ASKED, async (world) => {
    const luxid = await watchingMaster(world, ['h3.lab.test']);
    carryOut(luxid, 'h3.lab.test', { drained: true, serial: 10, tags: ['ocf:node-offline:drained:10'] });
    world.pacemaker({ nodes: [{ name: 'h3', online: false }], fencings: [{ target: 'h3' }] });
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(opsOf(luxid), ['NODE_SET_PARAMS offline=true']);
  });

  inWorld('is left alone while a pause stands', ASKED, async (world) => {
    const luxid = await watchingMaster(world);
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    world.pacemaker({ nodes: [{ name: 'h3', standby: true }] });
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(opsOf(luxid), []);
    world.remove('/var/lib/ganeti/ha_node_role_config');
    await world.run('ganeti-node', 'monitor');
    assert.equal(luxid.jobs.length, 1);
  });
});

describe('a node that is back after a clean leave', { concurrency: 3 }, () => {
  const drainedByUs = { drained: true, serial: 10, tags: ['ocf:node-offline:drained:10'] };

  for (const capable of [true, false]) {
    const what = capable ? '' : ', and made no candidate where it is not capable';
    inWorld(`is undrained after half a minute, also by a new master${what}`, ASKED, async (world) => {
      const luxid = await watchingMaster(world);
      carryOut(luxid, 'h3.lab.test', { ...drainedByUs, capable });
      world.pacemaker({});
      await world.run('ganeti-node', 'monitor');
      assert.deepEqual(opsOf(luxid), []);
      steadyFor(world, 31_000);
      await world.run('ganeti-node', 'monitor');
      const demotion = capable ? '' : 'NODE_SET_PARAMS candidate=false; ';
      assert.deepEqual(opsOf(luxid), [
        `NODE_SET_PARAMS drained=false; ${demotion}TAGS_DEL tags=ocf:node-offline:drained:10`,
      ]);
    });
  }

  inWorld('stays drained, and it is told, where somebody has changed it since', ASKED, async (world) => {
    const luxid = await watchingMaster(world);
    carryOut(luxid, 'h3.lab.test', { ...drainedByUs, serial: 11 });
    world.pacemaker({});
    await world.run('ganeti-node', 'monitor');
    steadyFor(world, 3_600_000);
    world.remove('/run/ganeti-ha/quiet.json');
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual(opsOf(luxid), []);
    assert.match(run.told, /^GNH332 .*gnt-node modify -D no h3\.lab\.test$/);
  });

  inWorld('stays drained where an administrator drained it', ASKED, async (world) => {
    const luxid = await watchingMaster(world);
    carryOut(luxid, 'h3.lab.test', { drained: true, serial: 10 });
    world.pacemaker({});
    await world.run('ganeti-node', 'monitor');
    steadyFor(world, 3_600_000);
    world.remove('/run/ganeti-ha/quiet.json');
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual([run.code, opsOf(luxid)], [0, []]);
  });
});

describe('a quiet cluster', () => {
  inWorld('is as quiet with the tag: the second monitor starts no process', ASKED, async (world) => {
    await watchingMaster(world);
    world.put('/var/lib/pacemaker/cib/cib.xml', '<cib><configuration><nodes/></configuration></cib>');
    await world.run('ganeti-node', 'monitor');
    const before = world.calls().length;
    assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
    assert.equal(world.calls().length, before);
  });
});
