// An old master that fencing rebooted is up again before its successor is done, and may hold the master IP.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { fence, watchingMaster } from './watching-master.ts';

/** Every machine has it, so it is "here"; TEST-NET-1 is nowhere. */
const HERE = '127.0.0.1\n';
const ELSEWHERE = '192.0.2.7\n';
const MASTER_IP = '/var/lib/ganeti/ssconf_master_ip';
const OWED = '/run/ganeti-ha/master-ip.owed';

describe('an old master that is back at once', { concurrency: 3 }, () => {
  inWorld('is not refused where it answers over ConfD', {}, async (world) => {
    await watchingMaster(world);
    fence(world, 'h3');
    world.confdNow('h3', { silent: false });
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(
      world.calls('nft').filter(({ input = '' }) => input.includes('reject')),
      [],
    );
  });

  inWorld('has the master IP taken off it, since it is not master', { master: 2 }, async (world) => {
    world.put(MASTER_IP, HERE);
    await world.run('ganeti-node', 'start');
    const [show] = world.calls('ip');
    assert.deepEqual(show?.args, ['-json', 'address', 'show', 'to', '127.0.0.1']);
  });

  inWorld('leaves the master IP alone where it is master', {}, async (world) => {
    world.put(MASTER_IP, HERE);
    await watchingMaster(world);
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(world.calls('ip'), []);
  });
});

describe('a take-over that ended without the master IP', { concurrency: 3 }, () => {
  inWorld('has Ganeti bring it up, once and not at every sweep, and tells it', {}, async (world) => {
    world.put(MASTER_IP, ELSEWHERE);
    world.put(OWED, '1\n');
    const luxid = await watchingMaster(world);
    const run = await world.run('ganeti-node', 'monitor');
    assert.match(run.told, /^GNH114 .*192\.0\.2\.7/);
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(
      luxid.jobs.map(({ ops }) => ops.map(({ OP_ID }) => OP_ID)),
      [['OP_CLUSTER_ACTIVATE_MASTER_IP']],
    );
  });

  inWorld('is over when the address is here', {}, async (world) => {
    world.put(MASTER_IP, HERE);
    world.put(OWED, '1\n');
    const luxid = await watchingMaster(world);
    const run = await world.run('ganeti-node', 'monitor');
    assert.deepEqual([run.code, luxid.jobs.length], [0, 0], run.stderr);
    assert.equal(world.read(OWED), undefined);
  });
});
