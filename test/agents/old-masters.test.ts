import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { watchingMaster } from './watching-master.ts';

const TAKEN = '/run/ganeti-ha/master.taken';

describe('a new master tells the others to stop what they have of the role', { concurrency: 3 }, () => {
  inWorld('at once, after 20 s and after a minute, and then no more', {}, async (world) => {
    await watchingMaster(world);
    const noded = await world.noded('h2.lab.test');
    const stops = (): number => noded.functions.filter((name) => name === 'node_stop_master').length;
    const lookAfter = async (seconds: number, rounds: number): Promise<number> => {
      world.put(TAKEN, `${Date.now() - seconds * 1_000} ${rounds} h2.lab.test\n`);
      await world.run('ganeti-node', 'monitor');
      return stops();
    };
    // A new ring: the master looks again. From then on it must by itself, as long as rounds are left.
    world.pacemaker({});
    assert.equal(await lookAfter(0, 0), 1);
    assert.match(world.read(TAKEN) ?? '', / 1 h2\.lab\.test\n$/);
    assert.equal(await lookAfter(10, 1), 1);
    assert.equal(await lookAfter(21, 1), 2);
    assert.equal(await lookAfter(50, 2), 2);
    assert.equal(await lookAfter(61, 2), 3);
    // h3 has no noded here, and is owed the word.
    assert.match(world.read(TAKEN) ?? '', / 3 h2\.lab\.test h3\.lab\.test\n$/);
    await world.run('ganeti-node', 'monitor');
    assert.equal(stops(), 3);
    assert.ok(!noded.functions.includes('node_deactivate_master_ip'));
  });

  inWorld('but not one that names another master itself', {}, async (world) => {
    await watchingMaster(world);
    const noded = await world.noded('h2.lab.test', { master: 'h2.lab.test' });
    world.put(TAKEN, `${Date.now()} 0\n`);
    world.pacemaker({});
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(noded.functions, ['master_node_name']);
  });

  for (const { title, prepare } of [
    {
      title: 'but not where its own luxid names another',
      prepare: { 'luxid-master': 'h2.lab.test\n' },
    },
    { title: 'but not without quorum', prepare: { quorum: false } },
  ] as const) {
    inWorld(title, {}, async (world) => {
      await watchingMaster(world);
      const noded = await world.noded('h2.lab.test');
      world.pacemaker({});
      if ('luxid-master' in prepare) world.put('/answers/luxid-master', prepare['luxid-master']);
      else world.pacemaker({ quorum: false });
      world.put(TAKEN, `${Date.now()} 0\n`);
      await world.run('ganeti-node', 'monitor');
      assert.ok(!noded.functions.includes('node_stop_master'), noded.functions.join(' '));
      assert.match(world.read(TAKEN) ?? '', / 0\n$/, 'the round is still to come');
    });
  }

  inWorld('also one that has left Pacemaker in order: no agent runs there', {}, async (world) => {
    await watchingMaster(world);
    const noded = await world.noded('h2.lab.test');
    world.pacemaker({ nodes: [{ name: 'h2', online: false }] });
    world.put(TAKEN, `${Date.now()} 0\n`);
    await world.run('ganeti-node', 'monitor');
    assert.ok(noded.functions.includes('node_stop_master'), noded.functions.join(' '));
  });

  inWorld('also later, where no round has reached it, unless it names another', {}, async (world) => {
    await watchingMaster(world);
    const noded = await world.noded('h2.lab.test');
    world.pacemaker({});
    world.put(TAKEN, `${Date.now()} 3 h2.lab.test h2.lab.test\n`);
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(noded.functions, ['master_node_name', 'node_stop_master', 'node_deactivate_master_ip']);
    assert.match(world.read(TAKEN) ?? '', / 3 h2\.lab\.test\n$/, 'nobody is owed anything more');
  });

  for (const { title, from, own, silent, told } of [
    { title: 'and tells of the old one, where its noded alone is silent', own: true, told: true },
    {
      title: 'and tells of anyone such where none is known to be the old one',
      from: '-',
      own: true,
      told: true,
    },
    { title: 'but tells of none but the old one', from: 'h3.lab.test', own: true, told: false },
    { title: 'and tells of none where its own noded is silent, too', own: false, told: false },
    { title: 'and tells of none of which all is silent', own: true, silent: true, told: false },
  ]) {
    inWorld(title, {}, async (world) => {
      await watchingMaster(world);
      if (own) await world.noded('h1.lab.test');
      world.pacemaker({ nodes: [{ name: 'h2', online: silent !== true }] });
      world.put(TAKEN, `${Date.now()} 3 ${from ?? 'h2.lab.test'} h2.lab.test\n`);
      const node = await world.run('ganeti-node', 'monitor');
      const text = /GNH109 h2\.lab\.test is up, and its noded does not answer; .*start ganeti-noded/;
      assert.equal(text.test(node.stderr), told, node.stderr);
      assert.match(world.read(TAKEN) ?? '', / h2\.lab\.test\n$/, 'it is still owed the word');
    });
  }

  inWorld(
    'but not one that names itself, and whose configuration is not known to be older',
    {},
    async (world) => {
      await watchingMaster(world);
      const noded = await world.noded('h2.lab.test', { master: 'h2.lab.test' });
      world.pacemaker({});
      world.put(TAKEN, `${Date.now()} 3 - h2.lab.test\n`);
      const node = await world.run('ganeti-node', 'monitor');
      assert.ok(!noded.functions.includes('node_stop_master'), noded.functions.join(' '));
      assert.match(world.read(TAKEN) ?? '', / 3 - h2\.lab\.test\n$/, 'it is still owed the word');
      assert.match(
        node.told,
        /^GNH109 h2\.lab\.test names h2\.lab\.test as master, and .* was not told to stop/,
      );
    },
  );

  inWorld('but nobody who is lost', {}, async (world) => {
    await watchingMaster(world);
    const noded = await world.noded('h2.lab.test');
    world.pacemaker({ nodes: [{ name: 'h2', online: false, unclean: true }] });
    world.put(TAKEN, `${Date.now()} 0\n`);
    await world.run('ganeti-node', 'monitor');
    assert.ok(!noded.functions.includes('node_stop_master'), noded.functions.join(' '));
    assert.match(world.read(TAKEN) ?? '', / 1 -\n$/, 'there was a round');
  });

  inWorld('and to drop the master IP, where it did not come with the role', {}, async (world) => {
    const luxid = await watchingMaster(world);
    // Of nobody: RFC 5737.
    world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.7\n');
    world.put('/run/ganeti-ha/master-ip.owed', '1\n');
    world.put(TAKEN, `${Date.now()} 3 -\n`);
    const noded = await world.noded('h2.lab.test');
    world.pacemaker({});
    await world.run('ganeti-node', 'monitor');
    assert.deepEqual(noded.functions, ['master_node_name', 'node_stop_master', 'node_deactivate_master_ip']);
    assert.deepEqual(noded.given.at(-1), [
      { ip: '192.0.2.7', netdev: 'eth0', netmask: 32, ip_family: 2 },
      false,
    ]);
    assert.ok(luxid.jobs.some(({ ops }) => ops[0]?.OP_ID === 'OP_CLUSTER_ACTIVATE_MASTER_IP'));
  });
});
