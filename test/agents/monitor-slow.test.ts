// Pacemaker kills a monitor that takes too long and recovers the resource, with all that the monitor knew gone.
import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { createServer } from 'node:net';
import { inWorld } from './in-world.ts';
import { markNode } from './monitor-states.ts';
import type { World } from './world.ts';

/** Everything that a look asks takes longer than its own time limit. */
async function everythingSlow(world: World): Promise<void> {
  await markNode(world);
  world.behave('crm_mon', 'hangs');
  world.behave('attrd_updater', 'hangs');
  world.behave('crm_node', 'hangs');
  (await world.luxid()).hung = true;
}

inWorld('a monitor of a master on which all is slow ends in time, with what it knows', {}, async (world) => {
  await everythingSlow(world);
  const run = await world.run('ganeti-node', 'monitor', { meta: { timeout: '5000' } });
  assert.equal(run.code, 190, run.stderr);
  assert.match(run.told, /^GNH370 .*cut short, as the 5 s .*GNH301/);
  assert.ok(run.ms < 5000, `${run.ms} ms`);
  assert.equal(world.read('/run/ganeti-ha/quiet.json'), undefined, 'the next monitor looks again');
});

inWorld('a notify on which all is slow ends in time too', {}, async (world) => {
  await everythingSlow(world);
  const meta = {
    timeout: '5000',
    interval: '0',
    notify_type: 'post',
    notify_operation: 'stop',
    notify_stop_uname: 'h3',
    notify_key_operation: 'stonith',
  };
  const run = await world.run('ganeti-node', 'notify', { meta });
  assert.equal(run.code, 0, run.stderr);
  assert.match(run.stderr, /GNH370/);
  assert.ok(run.ms < 5000, `${run.ms} ms`);
});

inWorld('full mode ends in time where every daemon of the node hangs', {}, async (world) => {
  await markNode(world);
  for (const node of ['h2', 'h3']) await world.confd(node);
  await world.luxid();
  world.put('/usr/sbin/ganeti-mond', '');
  const host = world.address('h1');
  const silent = [1811, 1815].map((port) =>
    createServer((socket) => void socket.on('error', () => {}).unref()).listen(port, host),
  );
  const confd = createSocket('udp4').bind(1814, host);
  try {
    const options = { parameters: { mode: 'full' }, meta: { timeout: '10000' } };
    const run = await world.run('ganeti-node', 'monitor', options);
    assert.equal(run.code, 1, run.stderr);
    assert.match(run.told, /^GNH201 ganeti-noded is hung /);
    assert.ok(run.ms < 10_000, `${run.ms} ms`);
  } finally {
    for (const server of silent) server.close();
    confd.close();
  }
});

inWorld('the full mode of the master ends in time where luxid and wconfd hang', {}, async (world) => {
  world.put('/run/ganeti-ha/master.started', '1\n');
  (await world.luxid()).hung = true;
  const run = await world.run('ganeti-master', 'monitor', { parameters: { mode: 'full' } });
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.told, /^GNH111 luxid is hung /);
  assert.ok(run.ms < 10_000, `${run.ms} ms`);
});

inWorld('a luxid that comes back within seconds is no failure', {}, async (world) => {
  world.put('/run/ganeti-ha/master.started', '1\n');
  const coming = new Promise<void>((resolve, reject) => {
    setTimeout(() => world.luxid().then(() => resolve(), reject), 2_500);
  });
  const run = await world.run('ganeti-master', 'monitor', { parameters: { mode: 'full' } });
  await coming;
  assert.equal(run.code, 0, run.stderr);
});

inWorld('a luxid that names another master is shown, and the role is not pulled back', {}, async (world) => {
  world.put('/run/ganeti-ha/master.started', '1\n');
  world.put('/answers/luxid-master', 'h2.lab.test\n');
  await world.luxid();
  const run = await world.run('ganeti-master', 'monitor', { parameters: { mode: 'full' } });
  assert.equal(run.code, 190, run.stderr);
  assert.match(run.told, /^GNH367 .*names h2\.lab\.test as master, ssconf h1\.lab\.test/);
});
