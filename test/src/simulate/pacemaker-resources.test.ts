import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

describe('the simulated Pacemaker and the master role', () => {
  it('probes everywhere before it starts anything anywhere', async () => {
    const { actions } = await scriptedCluster(3);
    assert.deepEqual(actions(0), [
      ...['h1', 'h2', 'h3'].flatMap((node) => [
        `${node} ganeti-node monitor`,
        `${node} ganeti-master monitor`,
      ]),
      ...['h1', 'h2', 'h3'].map((node) => `${node} ganeti-node start`),
      'h1 ganeti-master start',
    ]);
  });

  it('starts it elsewhere once its host is fenced, without waiting for notifications', async () => {
    const cluster = await scriptedCluster(3);
    cluster.takes.set('h2 ganeti-node notify', 4_000);
    const since = cluster.world.clock.now();
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
    const of = (action: string, type?: string): number =>
      cluster.calls.find(
        (call) =>
          call.ms >= since &&
          call.action === action &&
          (type === undefined || call.vars.OCF_RESKEY_CRM_meta_notify_type === type),
      )?.ms ?? assert.fail(`no ${action}`);
    assert.ok(of('start') < of('notify', 'post'), 'a slow pre-stop holds the post-stop, but not the start');
  });

  it('is not started anywhere while fencing fails', async () => {
    const cluster = await scriptedCluster(3, { faults: { fence: () => ({ ok: false }) } });
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(120_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), []);
    const asked = (): number =>
      cluster.world.lines.filter(({ text }) => text === 'fencing: off h1 asked').length;
    assert.equal(asked(), 10);
    await cluster.run(900_000);
    assert.equal(asked(), 11, 'and by the clock only after a quarter of an hour');
    cluster.pacemaker.setAttribute('h2', 'any', 'change');
    await cluster.run(5_000);
    assert.equal(asked(), 12);
  });

  it('is started elsewhere at once where nobody fences', async () => {
    const cluster = await scriptedCluster(3, { stonithEnabled: false });
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(15_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
  });

  it('stays where it is when its old host is back', async () => {
    const cluster = await scriptedCluster(3);
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(30_000);
    cluster.world.powerOn(cluster.host('h1'));
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h1', 'h2', 'h3']);
  });

  it('is recovered in place, and moved after three failures until they are ten minutes old', async () => {
    const cluster = await scriptedCluster(3);
    cluster.fails.set('h1 ganeti-master monitor', 1);
    await cluster.run(70_000);
    const restarts = cluster.actions(15_000).filter((text) => text === 'h1 ganeti-master start');
    assert.equal(restarts.length, 2);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
    cluster.fails.clear();
    cluster.pacemaker.setStandby('h2', true);
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h3'], 'h1 is still kept from it');
    await cluster.run(600_000);
    cluster.pacemaker.setStandby('h3', true);
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h1']);
  });

  it('is tried elsewhere after one failed start, and again there after a cleanup', async () => {
    const cluster = await scriptedCluster(3);
    cluster.fails.set('h2 ganeti-master start', 1);
    cluster.pacemaker.move('ganeti-master', 'h2');
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h1']);
    cluster.fails.clear();
    cluster.pacemaker.cleanup('ganeti-master');
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
  });

  it('stops everywhere where an agent says that the parameters are wrong', async () => {
    const cluster = await scriptedCluster(3);
    cluster.fails.set('h1 ganeti-master monitor', 6);
    await cluster.run(25_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), []);
  });

  it('follows the attributes that the agents publish', async () => {
    const cluster = await scriptedCluster(3);
    cluster.pacemaker.setAttribute('h3', 'ganeti-master-moved', 'true');
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h3']);
    cluster.pacemaker.setAttribute('h3', 'ganeti-master-candidate', 'false');
    await cluster.run(5_000);
    assert.notDeepEqual(cluster.pacemaker.masterOn(), ['h3']);
    assert.equal(cluster.pacemaker.masterOn().length, 1);
  });

  it('runs nowhere where the clone does not run', async () => {
    const cluster = await scriptedCluster(3);
    cluster.pacemaker.ban('ganeti-node', 'h1');
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
  });

  it('is stopped before the clone on a node that leaves', async () => {
    const cluster = await scriptedCluster(3);
    cluster.takes.set('h1 ganeti-master stop', 2_000);
    const since = cluster.world.clock.now();
    cluster.pacemaker.stop('h1');
    await cluster.run(1_000);
    assert.deepEqual(cluster.actions(since), ['h1 ganeti-master stop']);
    await cluster.run(5_000);
    assert.deepEqual(
      cluster.actions(since).filter((text) => text.startsWith('h1')),
      ['h1 ganeti-master stop', 'h1 ganeti-node stop'],
    );
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
  });

  it('is not disturbed by a refresh of everything', async () => {
    const cluster = await scriptedCluster(3);
    const since = cluster.world.clock.now();
    cluster.pacemaker.refresh();
    await cluster.run(5_000);
    assert.equal(cluster.actions(since).length, 6);
    assert.deepEqual(
      cluster.actions(since).filter((text) => !text.endsWith('monitor')),
      [],
    );
  });

  it('found running on two nodes is stopped on both and started on one', async () => {
    const cluster = await scriptedCluster(3);
    cluster.host('h2').disk.write('/run/ganeti-master', '1\n');
    const since = cluster.world.clock.now();
    cluster.pacemaker.refresh('ganeti-master');
    await cluster.run(5_000);
    const told = cluster.actions(since).filter((text) => /start|stop/.test(text));
    assert.deepEqual(told.toSorted(), [
      'h1 ganeti-master start',
      'h1 ganeti-master stop',
      'h2 ganeti-master stop',
    ]);
  });

  it('has its monitors every so long after the end of the one before, and none in maintenance', async () => {
    const cluster = await scriptedCluster(3, { monitorMs: 10_000 });
    const monitors = (since: number): readonly number[] =>
      cluster.calls
        .filter(({ ms, action, node, resource, vars }) => {
          const recurring = action === 'monitor' && vars.OCF_RESKEY_CRM_meta_interval === '10000';
          return ms >= since && node === 'h1' && resource === 'ganeti-master' && recurring;
        })
        .map(({ ms }) => ms);
    await cluster.run(25_000);
    const times = monitors(0);
    assert.deepEqual(
      times.slice(1).map((ms, index) => ms - (times[index] ?? 0)),
      Array.from({ length: times.length - 1 }, () => 10_015),
    );
    cluster.pacemaker.setNodeMaintenance('h1', true);
    const since = cluster.world.clock.now();
    await cluster.run(25_000);
    assert.deepEqual(monitors(since), []);
    cluster.pacemaker.setNodeMaintenance('h1', false);
    await cluster.run(25_000);
    assert.equal(monitors(since).length, 2);
  });
});

describe('the simulated Pacemaker and a node that leaves in order', () => {
  const leftAt = ({ world }: ScriptedCluster): number =>
    world.lines.find(({ text }) => text === 'pacemaker: stopped in order')?.ms ?? assert.fail('still there');

  it('lets it go after its own stops, while the role starts elsewhere', async () => {
    const cluster = await scriptedCluster(3);
    cluster.pacemaker.move('ganeti-master', 'h2');
    await cluster.run(5_000);
    cluster.takes.set('h1 ganeti-master start', 10_000);
    cluster.pacemaker.clear('ganeti-master');
    const since = cluster.world.clock.now();
    cluster.pacemaker.stop('h2');
    await cluster.run(20_000);
    assert.ok(leftAt(cluster) - since < 500);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h1']);
    const told = cluster.notifies(since).filter((text) => text.includes('post'));
    assert.deepEqual(
      told,
      ['h1', 'h3'].map((name) => `${name} post/stop start=[ ] stop=[h2] stopped`),
    );
  });

  it('lets the DC go last', async () => {
    const cluster = await scriptedCluster(3);
    cluster.takes.set('h2 ganeti-master start', 10_000);
    const since = cluster.world.clock.now();
    cluster.pacemaker.stop('h1');
    await cluster.run(20_000);
    assert.ok(leftAt(cluster) - since > 10_000);
  });

  it('lets it go at once where Pacemaker manages nothing', async () => {
    const cluster = await scriptedCluster(3);
    cluster.pacemaker.setMaintenanceMode(true);
    const since = cluster.world.clock.now();
    cluster.pacemaker.stop('h3');
    await cluster.run(5_000);
    assert.ok(leftAt(cluster) - since < 500);
    assert.deepEqual(cluster.actions(since), []);
  });
});

describe('the simulated Pacemaker and a stop that fails', () => {
  it('has the node fenced, though it lives', async () => {
    const cluster = await scriptedCluster(3);
    cluster.fails.set('h3 ganeti-node stop', 1);
    cluster.pacemaker.setStandby('h3', true);
    await cluster.run(20_000);
    assert.equal(cluster.host('h3').on, false);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h1', 'h2']);
  });

  it('without fencing leaves the resource as it is', async () => {
    const cluster = await scriptedCluster(3, { stonithEnabled: false });
    cluster.fails.set('h1 ganeti-master stop', 1);
    cluster.pacemaker.move('ganeti-master', 'h2');
    await cluster.run(60_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h1']);
    assert.equal(cluster.actions(15_000).filter((text) => text.endsWith('stop')).length, 1);
  });

  it('counts a stop that takes too long as failed', async () => {
    const cluster = await scriptedCluster(3);
    cluster.takes.set('h3 ganeti-node stop', 70_000);
    cluster.pacemaker.setStandby('h3', true);
    await cluster.run(50_000);
    assert.equal(cluster.host('h3').on, true);
    await cluster.run(20_000);
    assert.equal(cluster.host('h3').on, false);
  });
});
