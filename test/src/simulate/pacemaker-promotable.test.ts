import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { PacemakerOptions } from '../../../src/simulate/pacemaker.ts';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

/** With scores on h1 and h2, as agents of candidates would set them; h3 has none. */
async function promotable(options: PacemakerOptions = {}): Promise<ScriptedCluster> {
  const cluster = await scriptedCluster(3, { masterForm: 'promotable', ...options });
  assert.deepEqual(cluster.pacemaker.masterOn(), [], 'nobody is promoted without a score');
  for (const name of ['h1', 'h2']) cluster.pacemaker.setAttribute(name, 'master-ganeti-master', '100');
  await cluster.run(5_000);
  assert.deepEqual(cluster.pacemaker.masterOn(), ['h1']);
  return cluster;
}

const ofMaster = (cluster: ScriptedCluster, since: number): readonly string[] =>
  cluster.actions(since).filter((text) => text.includes('master'));

describe('the promotable master role in the simulated Pacemaker', () => {
  it('is started everywhere and promoted where the score is', async () => {
    const cluster = await promotable();
    assert.deepEqual(ofMaster(cluster, 0), [
      ...['h1', 'h2', 'h3'].map((name) => `${name} ganeti-master monitor`),
      ...['h1', 'h2', 'h3'].map((name) => `${name} ganeti-master start`),
      'h1 ganeti-master promote',
    ]);
  });

  it('is demoted on one node before it is promoted on another with a better score', async () => {
    const cluster = await promotable();
    const since = cluster.world.clock.now();
    cluster.pacemaker.setAttribute('h2', 'master-ganeti-master', '200');
    await cluster.run(5_000);
    assert.deepEqual(ofMaster(cluster, since), ['h1 ganeti-master demote', 'h2 ganeti-master promote']);
    cluster.pacemaker.setAttribute('h1', 'master-ganeti-master', '200');
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2'], 'a tie moves nothing');
  });

  it('is promoted among equals where crm_simulate promotes it, as nodes come and go', async () => {
    const cluster = await promotable();
    const score = (name: string): void => cluster.pacemaker.setAttribute(name, 'master-ganeti-master', '100');
    score('h3');
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
    cluster.world.powerOn(cluster.host('h1'));
    await cluster.run(30_000);
    score('h1');
    await cluster.run(5_000);
    cluster.world.powerOff(cluster.host('h2'));
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h3']);
  });

  it('is promoted elsewhere after the fencing of its node', async () => {
    const cluster = await promotable({ fenceMs: 5_000 });
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(13_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), []);
    await cluster.run(5_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
  });

  it('is demoted and stopped on a node that goes to standby', async () => {
    const cluster = await promotable();
    const since = cluster.world.clock.now();
    cluster.pacemaker.setStandby('h1', true);
    await cluster.run(5_000);
    assert.deepEqual(ofMaster(cluster, since), [
      'h1 ganeti-master demote',
      'h1 ganeti-master stop',
      'h2 ganeti-master promote',
    ]);
  });

  it('is recovered through demote, stop, start and promote', async () => {
    const cluster = await promotable();
    cluster.fails.set('h1 ganeti-master monitor', 9);
    const since = cluster.world.clock.now();
    await cluster.run(20_000);
    cluster.fails.clear();
    await cluster.run(3_000);
    assert.deepEqual(ofMaster(cluster, since).slice(0, 3), [
      'h1 ganeti-master demote',
      'h1 ganeti-master stop',
      'h1 ganeti-master start',
    ]);
    assert.equal(cluster.pacemaker.masterOn().length, 1);
  });

  it('is not promoted without quorum', async () => {
    const cluster = await promotable();
    for (const name of ['h1', 'h3']) cluster.world.powerOff(cluster.host(name));
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), []);
  });

  it('is found promoted where Pacemaker was started anew', async () => {
    const cluster = await promotable({ stonithEnabled: false });
    cluster.pacemaker.kill('h1');
    cluster.pacemaker.start('h1');
    await cluster.run(2_600);
    cluster.pacemaker.setAttribute('h1', 'master-ganeti-master', '300');
    await cluster.run(10_000);
    assert.ok(cluster.world.lines.some(({ text }) => text === 'pacemaker: ganeti-master found promoted'));
    assert.equal(cluster.pacemaker.masterOn().length, 1);
  });
});
