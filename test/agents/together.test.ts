import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';

const FENCED_H3 = {
  notify_type: 'post',
  notify_operation: 'stop',
  notify_key_operation: 'stonith',
  notify_stop_uname: 'h3',
};

describe('both agents at the same moment', () => {
  inWorld('submit one job for one dead node, whoever comes first', {}, async (world) => {
    for (const node of world.nodes) await world.confd(node);
    const luxid = await world.luxid();
    // Slow enough for each to find no job under way, if nothing kept them apart.
    luxid.delayMs = 300;
    await world.run('ganeti-node', 'start');
    world.pacemaker({ nodes: [{ name: 'h3', online: false }], fencings: [{ target: 'h3' }] });
    const runs = await Promise.all([
      world.run('ganeti-node', 'notify', { meta: FENCED_H3 }),
      world.run('ganeti-master', 'start', { meta: { timeout: '300000' } }),
      world.run('ganeti-node', 'monitor'),
    ]);
    assert.deepEqual(
      runs.map(({ code }) => code),
      [0, 0, 0],
      runs.map(({ stderr }) => stderr).join('\n'),
    );
    assert.deepEqual(
      luxid.jobs.map(({ ops }) => ops.map(({ node_name }) => node_name)),
      [['h3.lab.test']],
    );
    assert.equal(world.read('/run/ganeti-ha/sweep.lock'), undefined);
  });
});
