import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../agents/world.ts';
import type { ClusterDescription } from '../luxi-cluster/description.ts';
import { type LuxiCluster, luxiCluster } from '../luxi-cluster/server.ts';
import { clusterWith, drbd } from './harep-cluster.ts';
import { masterOf, ourHarep, socketOf, useBinary } from './harep-ours.ts';
import { outcomeOf } from './harep-outcome.ts';
import { realHarep } from './harep-real.ts';
import { needsRoot } from './needs-root.ts';

describe('a cluster', { skip: needsRoot }, () => {
  let world: World;
  before(async () => {
    await useBinary();
    world = await masterOf();
  });
  after(() => world.close());

  async function within(
    description: ClusterDescription,
    use: (luxid: LuxiCluster) => Promise<void>,
  ): Promise<void> {
    const luxid = await luxiCluster(socketOf(world), description);
    try {
      await use(luxid);
    } finally {
      await luxid.close();
    }
  }
  async function theirs({ socket }: LuxiCluster): Promise<void> {
    const { code, stderr } = await realHarep(socket);
    assert.equal(code, 0, stderr);
  }
  async function ours(): Promise<void> {
    const { code, stderr } = await ourHarep(world);
    assert.equal(code, 0, stderr);
  }
  const lines = (luxid: LuxiCluster): readonly string[] => outcomeOf(luxid, []).instances;

  it('that harep has begun to repair is repaired by gnt-ha', async () => {
    await within(clusterWith([drbd('web1', 'h3', 'h1'), drbd('web2', 'h2', 'h3')]), async (luxid) => {
      await theirs(luxid);
      assert.deepEqual(lines(luxid), [
        'web1 on h1+h3: FAILOVER; pending failover (1)',
        'web2 on h2+h7: REPLACE_DISKS; pending fix-storage (1)',
      ]);
      await ours();
      assert.deepEqual(lines(luxid), [
        'web1 on h1+h7: FAILOVER, REPLACE_DISKS; result failover success (2)',
        'web2 on h2+h7: REPLACE_DISKS; result fix-storage success (1)',
      ]);
    });
  });

  it('that gnt-ha has begun to repair is repaired by harep', async () => {
    await within(clusterWith([drbd('web1', 'h3', 'h1')]), async (luxid) => {
      luxid.queue.script = ({ OP_ID }) =>
        OP_ID === 'OP_INSTANCE_FAILOVER' ? { kind: 'running' } : undefined;
      await ours();
      luxid.queue.script = undefined;
      const [running] = luxid.queue.jobs.filter(({ status }) => status === 'running');
      luxid.queue.finish(running?.id ?? 0);
      assert.deepEqual(lines(luxid), ['web1 on h1+h3: FAILOVER; pending failover (1)']);
      for (let run = 1; run <= 3; run++) await theirs(luxid);
      assert.deepEqual(lines(luxid), [
        'web1 on h1+h2: FAILOVER, REPLACE_DISKS; result fix-storage success (1)',
      ]);
    });
  });

  it('that gnt-ha has repaired leaves harep nothing to do', async () => {
    await within(clusterWith([drbd('web1', 'h3', 'h1')]), async (luxid) => {
      await ours();
      const repaired = lines(luxid);
      assert.deepEqual(repaired, ['web1 on h1+h2: FAILOVER, REPLACE_DISKS; result failover success (2)']);
      const jobs = luxid.queue.jobs.length;
      await theirs(luxid);
      assert.deepEqual(lines(luxid), repaired);
      assert.equal(luxid.queue.jobs.length, jobs);
    });
  });

  it('whose failed repair harep has written down is left alone by gnt-ha, and the other way round', async () => {
    const instances = [drbd('web1', 'h1', 'h3'), drbd('web2', 'h3', 'h1')];
    await within(clusterWith(instances), async (luxid) => {
      luxid.queue.script = ({ OP_ID }) =>
        OP_ID === 'OP_INSTANCE_REPLACE_DISKS' || OP_ID === 'OP_INSTANCE_FAILOVER'
          ? { kind: 'error', text: 'no luck' }
          : undefined;
      await theirs(luxid);
      await theirs(luxid);
      const failed = lines(luxid);
      assert.deepEqual(failed, [
        'web1 on h1+h3: REPLACE_DISKS!; result fix-storage failure (1)',
        'web2 on h3+h1: FAILOVER!; result failover failure (1)',
      ]);
      luxid.queue.script = undefined;
      await ours();
      await theirs(luxid);
      assert.deepEqual(lines(luxid), failed);
    });
  });
});
