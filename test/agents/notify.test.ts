import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { LuxidServer } from './luxid-server.ts';
import type { MonPicture } from './pacemaker-xml.ts';
import type { World } from './world.ts';

const OFFLINE_H3 = { OP_ID: 'OP_NODE_SET_PARAMS', node_name: 'h3.lab.test', offline: true };

/** The master's node agent, which has seen everybody alive. */
async function watchingMaster(world: World): Promise<LuxidServer> {
  for (const node of world.nodes) await world.confd(node);
  world.put('/run/ganeti-ha/master.started', '1\n');
  const luxid = await world.luxid();
  assert.equal((await world.run('ganeti-node', 'start')).code, 0);
  return luxid;
}

const H3_FENCED: Partial<MonPicture> = {
  nodes: [{ name: 'h3', online: false }],
  fencings: [{ target: 'h3' }],
};
const H3_CLEANLY_GONE: Partial<MonPicture> = { nodes: [{ name: 'h3', online: false }] };

/** Variables of a post-stop notification as Pacemaker sends them; an empty list is one blank. */
function postStop(stopped: string, key: string | undefined = 'stonith'): Record<string, string> {
  return {
    notify_type: 'post',
    notify_operation: 'stop',
    notify_key_type: 'confirmed-post',
    ...(key === undefined ? {} : { notify_key_operation: key }),
    notify_stop_uname: stopped,
    notify_stop_resource: stopped.trim() === '' ? ' ' : 'ganeti-node:2',
    notify_start_uname: ' ',
    notify_start_resource: ' ',
    notify_active_uname: 'h1 h2 h3',
    notify_active_resource: 'ganeti-node:0 ganeti-node:1 ganeti-node:2',
    notify_all_uname: 'h1 h2 h3',
  };
}

function offlined(luxid: LuxidServer): readonly unknown[] {
  return luxid.jobs.flatMap(({ ops }) =>
    ops.map(({ OP_ID, node_name, offline }) => ({ OP_ID, node_name, offline })),
  );
}

describe('notify of ganeti-node', { concurrency: 3 }, () => {
  for (const [what, list] of [
    ['the one fenced node', 'h3'],
    ['nobody, as a blank', ' '],
    ['the fenced node twice', 'h3 h3'],
    ['the fenced node by its full name', 'h3.lab.test'],
    ['the fenced node in capitals', 'H3'],
    ['a node that nobody knows besides', 'h3 h9'],
    ['only a node that nobody knows', 'nobody'],
    ['this node itself', 'h1'],
  ] as const) {
    inWorld(`marks the fenced node offline, once, where it names ${what}`, {}, async (world) => {
      const luxid = await watchingMaster(world);
      world.pacemaker(H3_FENCED);
      const run = await world.run('ganeti-node', 'notify', { meta: postStop(list) });
      assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
      assert.deepEqual(offlined(luxid), [OFFLINE_H3]);
      assert.equal((await world.run('ganeti-node', 'notify', { meta: postStop(list) })).code, 0);
      assert.equal(luxid.jobs.length, 1);
    });

    inWorld(`marks nobody offline where it names ${what} and all are alive`, {}, async (world) => {
      const luxid = await watchingMaster(world);
      const run = await world.run('ganeti-node', 'notify', { meta: postStop(list) });
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(luxid.jobs, []);
    });
  }

  inWorld('finds both of two fenced nodes though Pacemaker names one', { size: 5 }, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker({
      nodes: [
        { name: 'h3', online: false },
        { name: 'h5', online: false },
      ],
      fencings: [{ target: 'h5' }, { target: 'h3' }],
    });
    assert.equal((await world.run('ganeti-node', 'notify', { meta: postStop('h3') })).code, 0);
    assert.deepEqual(offlined(luxid), [OFFLINE_H3, { ...OFFLINE_H3, node_name: 'h5.lab.test' }]);
  });

  for (const key of ['stopped', undefined]) {
    inWorld(
      `marks nobody offline after a clean leave, with the key operation ${key ?? 'absent'}`,
      {},
      async (world) => {
        const luxid = await watchingMaster(world);
        world.pacemaker(H3_CLEANLY_GONE);
        assert.equal((await world.run('ganeti-node', 'notify', { meta: postStop('h3', key) })).code, 0);
        assert.equal((await world.run('ganeti-node', 'monitor')).code, 0);
        assert.deepEqual(luxid.jobs, []);
      },
    );
  }

  inWorld(
    'believes no notification alone: a node called fenced without a fencing event is held',
    {},
    async (world) => {
      const luxid = await watchingMaster(world);
      world.pacemaker(H3_CLEANLY_GONE);
      const run = await world.run('ganeti-node', 'notify', { meta: postStop('h3') });
      assert.equal(run.code, 0);
      assert.match(run.stderr, /GNH309 .*h3/);
      assert.deepEqual(luxid.jobs, []);
    },
  );

  inWorld('does nothing before the event', {}, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker(H3_FENCED);
    const before = world.calls().length;
    const meta = { ...postStop('h3'), notify_type: 'pre' };
    assert.equal((await world.run('ganeti-node', 'notify', { meta })).code, 0);
    assert.equal(world.calls().length, before);
    assert.deepEqual(luxid.jobs, []);
  });

  for (const options of [{}, { bare: true }]) {
    const how = 'bare' in options ? 'without any variable' : 'without notify variables';
    inWorld(`succeeds and does nothing ${how}`, {}, async (world) => {
      const luxid = await watchingMaster(world);
      world.pacemaker(H3_FENCED);
      const before = world.calls().length;
      const run = await world.run('ganeti-node', 'notify', options);
      assert.deepEqual([run.code, run.stdout, run.reason], [0, '', '']);
      assert.equal(world.calls().length, before);
      assert.deepEqual(luxid.jobs, []);
    });
  }

  inWorld('leaves the offlining to the master', { me: 2 }, async (world) => {
    const luxid = await watchingMaster(world);
    world.pacemaker(H3_FENCED);
    assert.equal((await world.run('ganeti-node', 'notify', { meta: postStop('h3') })).code, 0);
    assert.deepEqual(luxid.jobs, []);
    assert.deepEqual(world.calls('gnt-cluster'), []);
  });

  inWorld('succeeds where everything it asks hangs or fails', {}, async (world) => {
    const luxid = await watchingMaster(world);
    luxid.hung = true;
    world.behave('crm_mon', 'hangs');
    const run = await world.run('ganeti-node', 'notify', { meta: { ...postStop('h3'), timeout: '60000' } });
    assert.equal(run.code, 0);
    assert.match(run.stderr, /GNH301/);
    assert.deepEqual(luxid.jobs, []);
  });
});
