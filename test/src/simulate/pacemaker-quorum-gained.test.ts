import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

/** h1 alone without quorum, and the moment from which on the log counts. */
async function alone(): Promise<{ readonly cluster: ScriptedCluster; readonly since: number }> {
  const cluster = await scriptedCluster(3);
  for (const name of ['h2', 'h3']) cluster.world.powerOff(cluster.host(name));
  await cluster.run(60_000);
  assert.equal(cluster.pacemaker.hasQuorum('h1'), false);
  return { cluster, since: cluster.world.clock.now() };
}

function fencings({ world }: ScriptedCluster, since: number): readonly string[] {
  const asked = world.lines.filter(({ ms, text }) => ms >= since && /^fencing: .* asked$/.test(text));
  return asked.map(({ text }) => text);
}

describe('a simulated partition that gains quorum', () => {
  it('lets those who boot at the same time join, and fences nobody', async () => {
    const { cluster, since } = await alone();
    for (const name of ['h2', 'h3']) cluster.world.powerOn(cluster.host(name));
    await cluster.run(30_000);
    assert.deepEqual(fencings(cluster, since), []);
    for (const name of ['h2', 'h3']) assert.ok(cluster.pacemaker.isMember(name, 'h1'));
  });

  it('fences who stays away as soon as the first has joined', async () => {
    const { cluster, since } = await alone();
    cluster.world.powerOn(cluster.host('h2'));
    await cluster.run(30_000);
    assert.deepEqual(fencings(cluster, since), ['fencing: off h3 asked']);
    assert.ok(cluster.pacemaker.isMember('h2', 'h1'));
  });

  it('waits five seconds for a join, and not longer', async () => {
    const { cluster, since } = await alone();
    cluster.world.powerOn(cluster.host('h2'));
    // Corosync has come up there, Pacemaker has not.
    await cluster.run(1_500);
    cluster.pacemaker.stop('h2', { corosync: false });
    await cluster.run(4_000);
    assert.deepEqual(fencings(cluster, since), []);
    await cluster.run(5_000);
    assert.deepEqual(fencings(cluster, since).toSorted(), ['fencing: off h2 asked', 'fencing: off h3 asked']);
  });
});
