// `gnt-ha status` as a real process.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe } from 'node:test';
import * as v from 'valibot';
import { STATUS_SHAPE } from '../../src/cli/json-shapes.ts';
import { inWorld } from './in-world.ts';
import { fence, watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

type Shown = v.InferOutput<typeof STATUS_SHAPE>;

/** Exit code and JSON, checked against the documented shape. */
async function status(world: World): Promise<{ readonly code: number | undefined; readonly shown: Shown }> {
  const run = await world.gntHa('status', '-o', 'json');
  return { code: run.code, shown: v.parse(STATUS_SHAPE, JSON.parse(run.stdout)) };
}

/** The operator's commands go by the name of the machine. */
function beHere(world: World, node: string): void {
  const name = `<nvpair id="n" name="ganeti-name" value="${node}"/>`;
  const me = `<node id="1" uname="${hostname()}"><instance_attributes id="i">${name}</instance_attributes></node>`;
  world.put(
    '/var/lib/pacemaker/cib/cib.xml',
    `<cib><configuration><nodes>${me}</nodes></configuration></cib>`,
  );
}

describe('gnt-ha status', { concurrency: 3 }, () => {
  inWorld('of a healthy cluster is 0, and names the master both agree on', {}, async (world) => {
    await watchingMaster(world);
    world.pacemaker({ masterOn: 'h1' });
    const { code, shown } = await status(world);
    assert.deepEqual([code, shown.health, shown.trouble], [0, 'healthy', []]);
    assert.deepEqual(shown.master, { ganeti: 'h1.lab.test', pacemaker: ['h1'], agree: true });
    assert.deepEqual(
      shown.nodes.map(({ node, pacemaker, ganeti, verdict }) => [node, pacemaker, ganeti, verdict]),
      [
        ['h1.lab.test', 'online', 'master', 'alive'],
        ['h2.lab.test', 'online', 'candidate', 'alive'],
        ['h3.lab.test', 'online', 'candidate', 'alive'],
      ],
    );
    assert.deepEqual([shown.brake?.places, shown.brake?.taken, shown.jobs], [1, [], []]);
  });

  inWorld('is 1 where the two do not agree on the master', {}, async (world) => {
    await watchingMaster(world);
    world.pacemaker({ masterOn: 'h2' });
    const { code, shown } = await status(world);
    assert.deepEqual([code, shown.master.agree], [1, false]);
    assert.match((await world.gntHa('status')).stdout, /Pacemaker h2: THEY DO NOT AGREE/);
  });

  inWorld('is 2 while a job marks a node offline, and names the job and the brake', {}, async (world) => {
    await watchingMaster(world);
    fence(world, 'h3');
    await world.run('ganeti-node', 'monitor');
    const { code, shown } = await status(world);
    assert.deepEqual([code, shown.health], [2, 'acting']);
    assert.deepEqual(shown.jobs, [{ id: 1, status: 'queued', summary: 'NODE_SET_PARAMS(h3.lab.test)' }]);
    assert.deepEqual(shown.brake?.taken, ['h3.lab.test']);
    const text = (await world.gntHa('status')).stdout;
    assert.match(text, /^cluster {2}acting, quorum: yes$/m);
    assert.match(text, /^h3\.lab\.test {2}offline {4}\S+ +fenced +nothing to do \(job-pending\)$/m);
  });

  inWorld(
    'is 1 where a node is held, and says which and where to read more',
    { tags: ['ocf:node-offline:max:0'] },
    async (world) => {
      await watchingMaster(world);
      fence(world, 'h3');
      const { code, shown } = await status(world);
      assert.equal(code, 1);
      assert.match(
        shown.trouble.join('\n'),
        /^h3\.lab\.test is fenced, and held \(brake\): h3 was fenced .*no more than 0 .*\. See: gnt-ha why h3\.lab\.test$/,
      );
    },
  );

  inWorld('is 1 while paused, and says by whom', {}, async (world) => {
    await watchingMaster(world);
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const { code, shown } = await status(world);
    assert.equal(code, 1);
    assert.match(shown.trouble.join(' '), /^Paused, nothing new is begun: ha_node_role_config/);
    assert.deepEqual(
      shown.pauses?.map(({ id }) => id),
      ['ha_node_role_config'],
    );
  });

  inWorld('off the master is not paused by upstream’s file there, and says so', { me: 2 }, async (world) => {
    world.pacemaker({ masterOn: 'h1' });
    await world.run('ganeti-node', 'start');
    assert.match(
      (await status(world)).shown.gaps.join('\n'),
      /^Whether upstream's file ha_node_role_config pauses is not known here: .* \(h1\.lab\.test by ssconf\)\. Ask there\.$/m,
    );
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const { code, shown } = await status(world);
    assert.deepEqual([code, shown.trouble, shown.pauses], [0, [], []]);
    assert.match(
      shown.gaps.join('\n'),
      /h1\.lab\.test by ssconf\); the one on this host does not\. Ask there\./,
    );
  });

  inWorld('is 1 on a master whose luxid is down, too, while upstream’s file is there', {}, async (world) => {
    await world.run('ganeti-node', 'start');
    beHere(world, 'h1.lab.test');
    world.put('/var/lib/ganeti/ha_node_role_config', '');
    const { code, shown } = await status(world);
    assert.deepEqual([code, shown.pauses?.length], [1, 1]);
    assert.doesNotMatch(shown.gaps.join('\n'), /upstream/);
  });

  inWorld('is 3 where Pacemaker does not answer or there is no cluster', {}, async (world) => {
    world.behave('crm_mon', 'exits-1');
    const { code, shown } = await status(world);
    assert.deepEqual([code, shown.health, shown.quorum], [3, 'unknown', null]);
    world.remove('/var/lib/ganeti');
    assert.equal((await status(world)).code, 3);
  });

  inWorld('with a simulation says SIMULATED', {}, async (world) => {
    await watchingMaster(world);
    world.simulate('monitor-fails');
    assert.match((await world.gntHa('status')).stdout, /^ {2}SIMULATED /m);
  });

  inWorld('--watch goes on telling', {}, async (world) => {
    await watchingMaster(world);
    const main = join(import.meta.dirname, '../../agents/main.ts');
    const args = [main, 'gnt-ha', 'status', '--watch', '-o', 'json'];
    const child = spawn(process.execPath, args, { env: { GANETI_HA_ROOT: world.root } });
    let told = '';
    for await (const text of child.stdout.setEncoding('utf8')) {
      told += text;
      if (told.split('\n').length > 2) break;
    }
    child.kill();
    for (const line of told.trim().split('\n').slice(0, 2)) v.parse(STATUS_SHAPE, JSON.parse(line));
  });
});
