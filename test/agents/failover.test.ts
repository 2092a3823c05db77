import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { inWorld } from './in-world.ts';
import { hangingPids, type World } from './world.ts';

/** h2 is to take the role from h1, which is gone and fenced. */
const SUCCESSOR = { me: 2, master: 1 } as const;
const MASTER_FILE = '/var/lib/ganeti/ssconf_master_node';
const START = { meta: { timeout: '300000', interval: '0' } };
/** What forbids a take-over is waited for during a third of this. */
const REFUSED = { meta: { timeout: '9000', interval: '0' } };

/** The last look saw everybody; now h1 is fenced, and h3 is well. */
async function oldMasterDies(world: World): Promise<void> {
  world.pacemaker({});
  await world.confd('h2');
  await world.confd('h3');
  await world.run('ganeti-node', 'start');
  world.pacemaker({ nodes: [{ name: 'h1', online: false }], fencings: [{ target: 'h1' }] });
}

/** The arguments of each failover that was run. */
function failovers(world: World): readonly (readonly string[])[] {
  return world
    .calls('gnt-cluster')
    .map(({ args }) => args)
    .filter(([command]) => command === 'master-failover');
}

describe('start of ganeti-master', { concurrency: 3 }, () => {
  inWorld('takes the role from a fenced master and stays with Ganeti’s vote', SUCCESSOR, async (world) => {
    await oldMasterDies(world);
    await world.luxid();
    const run = await world.run('ganeti-master', 'start', START);
    assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
    assert.deepEqual(failovers(world), [['master-failover']]);
    assert.equal((await world.run('ganeti-master', 'monitor')).code, 0);
  });

  inWorld('succeeds where the failover exits 1 but the role has moved', SUCCESSOR, async (world) => {
    await oldMasterDies(world);
    await world.luxid();
    world.behave('gnt-cluster', 'failover-moves-exit-1');
    const run = await world.run('ganeti-master', 'start', START);
    assert.deepEqual([run.code, run.reason], [0, ''], run.stderr);
    assert.match(run.stderr, /master-failover, exit 1: "Could not activate the master IP \| please check"/);
  });

  inWorld('fails where the failover exits 0 and the role has not moved', SUCCESSOR, async (world) => {
    await oldMasterDies(world);
    world.behave('gnt-cluster', 'failover-stays-exit-0');
    const run = await world.run('ganeti-master', 'start', START);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH106 nothing to do.*exit 0\); h1\.lab\.test is still master/);
    assert.equal(world.read('/run/ganeti-ha/master.started'), undefined);
    assert.equal((await world.run('ganeti-master', 'monitor', { meta: { interval: '0' } })).code, 7);
  });

  inWorld(
    'kills a failover that hangs, with its children, before its own time is up',
    SUCCESSOR,
    async (world) => {
      await oldMasterDies(world);
      world.behave('gnt-cluster', 'hangs');
      const run = await world.run('ganeti-master', 'start', { meta: { timeout: '8000', interval: '0' } });
      assert.equal(run.code, 1);
      assert.match(run.told, /^GNH106 .*timed-out/);
      assert.ok(run.ms < 8000, `${run.ms} ms`);
      assert.deepEqual(hangingPids(world.root), []);
    },
  );

  inWorld(
    'does not run a failover where this node is no candidate',
    { ...SUCCESSOR, candidates: [1, 3] },
    async (world) => {
      await oldMasterDies(world);
      const run = await world.run('ganeti-master', 'start', START);
      assert.equal(run.code, 1);
      assert.match(run.told, /^GNH101 h2\.lab\.test/);
      assert.deepEqual(failovers(world), []);
    },
  );

  inWorld('does not run a failover without quorum', SUCCESSOR, async (world) => {
    await oldMasterDies(world);
    world.pacemaker({ nodes: [{ name: 'h1', online: false }], fencings: [{ target: 'h1' }], quorum: false });
    const run = await world.run('ganeti-master', 'start', REFUSED);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH102 /);
    assert.deepEqual(failovers(world), []);
  });

  inWorld('does not win with an older configuration', SUCCESSOR, async (world) => {
    await oldMasterDies(world);
    world.put(
      '/var/lib/ganeti/config.data',
      JSON.stringify({ serial_no: 9, cluster: { master_node: 'u' }, nodes: { u: { name: 'h1.lab.test' } } }),
    );
    const run = await world.run('ganeti-master', 'start', {
      ...REFUSED,
      parameters: { stale_config: 'allow' },
    });
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH103 h3\.lab\.test .*serial 10, here 9/);
    assert.deepEqual(failovers(world), []);
  });

  inWorld('does not win against a newer one on a node whose Pacemaker is down', SUCCESSOR, async (world) => {
    await oldMasterDies(world);
    world.put(
      '/var/lib/ganeti/config.data',
      JSON.stringify({ serial_no: 9, cluster: { master_node: 'u' }, nodes: { u: { name: 'h1.lab.test' } } }),
    );
    // Left cleanly: its Pacemaker was stopped, its ConfD was not.
    world.pacemaker({
      nodes: [
        { name: 'h1', online: false },
        { name: 'h3', online: false },
      ],
      fencings: [{ target: 'h1' }],
    });
    world.confdNow('h3', { silent: false });
    const run = await world.run('ganeti-master', 'start', REFUSED);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH103 h3\.lab\.test /);
  });

  inWorld('waits for a moment’s doubt: no quorum first', SUCCESSOR, async (world) => {
    world.pacemaker({});
    for (const node of ['h2', 'h3']) await world.confd(node);
    await world.luxid();
    await world.run('ganeti-node', 'start');
    world.pacemaker({ quorum: false });
    const looks = world.calls('crm_mon').length;
    const running = world.run('ganeti-master', 'start', START);
    while (world.calls('crm_mon').length === looks) await setTimeout(50);
    await setTimeout(300);
    world.pacemaker({ nodes: [{ name: 'h1', online: false }], fencings: [{ target: 'h1' }] });
    const run = await running;
    assert.equal(run.code, 0, run.stderr);
    assert.match(run.stderr, /not yet: this partition has no quorum/);
  });

  inWorld('deletes the mark of a move by hand on every node that has it', SUCCESSOR, async (world) => {
    await oldMasterDies(world);
    await world.luxid();
    const attributes = { 'ganeti-master-moved': 'true' };
    world.pacemaker({
      nodes: [
        { name: 'h1', online: false },
        { name: 'h3', attributes },
      ],
      fencings: [{ target: 'h1' }],
    });
    const run = await world.run('ganeti-master', 'start', START);
    assert.equal(run.code, 0, run.stderr);
    const deleted = world.calls('attrd_updater').filter(({ args }) => args.includes('--delete'));
    assert.deepEqual(
      deleted.map(({ args }) => args),
      [['--name', 'ganeti-master-moved', '--delete', '--node', 'h3']],
    );
  });

  inWorld(
    'counts without rapi and the address, which full mode then shows instead of failing again',
    {},
    async (world) => {
      for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
      await world.luxid();
      world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.7\n');
      const run = await world.run('ganeti-master', 'start', START);
      assert.equal(run.code, 0, run.stderr);
      assert.equal(world.read('/run/ganeti-ha/master.starting'), undefined);
      const full = { parameters: { mode: 'full' } };
      const shown = await world.run('ganeti-master', 'monitor', full);
      assert.equal(shown.code, 190, shown.stderr);
      assert.match(shown.told, /^GNH114 /);
      world.put('/var/lib/ganeti/ssconf_master_ip', '127.0.0.1\n');
      assert.equal((await world.run('ganeti-master', 'monitor', full)).code, 0);
      world.put('/var/lib/ganeti/ssconf_master_ip', '192.0.2.7\n');
      assert.equal((await world.run('ganeti-master', 'monitor', full)).code, 1);
    },
  );

  inWorld(
    'needs the administrator’s leave where a living candidate does not tell its serial',
    { size: 4, ...SUCCESSOR },
    async (world) => {
      await oldMasterDies(world);
      await world.luxid();
      const run = await world.run('ganeti-master', 'start', REFUSED);
      assert.equal(run.code, 1);
      assert.match(run.told, /^GNH104 .*h4\.lab\.test/);
      assert.deepEqual(failovers(world), []);
      const allowed = await world.run('ganeti-master', 'start', {
        ...START,
        parameters: { stale_config: 'allow' },
      });
      assert.equal(allowed.code, 0, allowed.stderr);
    },
  );

  inWorld('confirms a role it holds already without a failover', {}, async (world) => {
    for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
    await world.luxid();
    assert.equal((await world.run('ganeti-master', 'start', START)).code, 0);
    assert.equal((await world.run('ganeti-master', 'start', START)).code, 0);
    assert.deepEqual(failovers(world), []);
  });

  inWorld('refuses a role that only stale ssconf gives to this node', {}, async (world) => {
    for (const node of ['h2', 'h3']) await world.confd(node, { master: 'h2.lab.test', serial: 11 });
    const run = await world.run('ganeti-master', 'start', START);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH109 /);
    assert.deepEqual(failovers(world), []);
  });
});

describe('start of ganeti-master with two nodes', { concurrency: 3 }, () => {
  const PAIR = { size: 2, ...SUCCESSOR };

  inWorld('overrides the vote where the other half is proven dead', PAIR, async (world) => {
    world.pacemaker({});
    await world.run('ganeti-node', 'start');
    world.pacemaker({ nodes: [{ name: 'h1', online: false }], fencings: [{ target: 'h1' }] });
    await world.luxid();
    const run = await world.run('ganeti-master', 'start', START);
    assert.equal(run.code, 0, run.stderr);
    assert.deepEqual(failovers(world), [['master-failover', '--no-voting', '--yes-do-it']]);
  });

  inWorld('never takes the role from a master that is lost and not fenced', SUCCESSOR, async (world) => {
    world.pacemaker({});
    await world.confd('h2');
    await world.confd('h3');
    await world.run('ganeti-node', 'start');
    world.pacemaker({ nodes: [{ name: 'h1', online: false, unclean: true, expectedUp: true }] });
    const run = await world.run('ganeti-master', 'start', REFUSED);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH105 h1 is gone .* not taken from h1\.lab\.test without proof/);
    assert.deepEqual(failovers(world), []);
  });

  inWorld('never overrides the vote without proof of fencing', PAIR, async (world) => {
    world.pacemaker({});
    await world.run('ganeti-node', 'start');
    world.pacemaker({ nodes: [{ name: 'h1', online: false, unclean: true, expectedUp: true }] });
    const run = await world.run('ganeti-master', 'start', REFUSED);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH105 .*h1\.lab\.test \(lost\)/);
    assert.deepEqual(failovers(world), []);
    assert.equal(world.read(MASTER_FILE), 'h1.lab.test\n');
  });

  inWorld(
    'overrides it where the rest is long offline in Ganeti and unknown to Pacemaker, not against a living master',
    { size: 4, ...SUCCESSOR },
    async (world) => {
      await world.confd('h2');
      world.put('/var/lib/ganeti/ssconf_offline_nodes', 'h3.lab.test\nh4.lab.test\n');
      const away = ['h3', 'h4'].map((name) => ({ name, online: false, unclean: true }));
      world.pacemaker({ nodes: away });
      await world.run('ganeti-node', 'start');
      const refused = await world.run('ganeti-master', 'start', REFUSED);
      assert.match(refused.told, /^GNH105 h1\.lab\.test \(alive\)/);
      world.pacemaker({ nodes: [{ name: 'h1', online: false }, ...away], fencings: [{ target: 'h1' }] });
      await world.luxid();
      const run = await world.run('ganeti-master', 'start', START);
      assert.equal(run.code, 0, run.stderr);
      assert.deepEqual(failovers(world), [['master-failover', '--no-voting', '--yes-do-it']]);
    },
  );

  inWorld('never overrides the vote where the old master left cleanly', PAIR, async (world) => {
    world.pacemaker({});
    await world.run('ganeti-node', 'start');
    world.pacemaker({ nodes: [{ name: 'h1', online: false }] });
    const run = await world.run('ganeti-master', 'start', REFUSED);
    assert.equal(run.code, 1);
    assert.match(run.told, /^GNH105 .*h1\.lab\.test \(left\)/);
    assert.deepEqual(failovers(world), []);
  });
});
