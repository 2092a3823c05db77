import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../agents/world.ts';
import type { Cluster, ClusterInstance } from '../luxi-cluster/cluster.ts';
import { luxiCluster } from '../luxi-cluster/server.ts';
import { PREFIX } from './harep-cluster.ts';
import { type Decision, decisionsOfHarep, ourDecisions } from './harep-decisions.ts';
import { masterOf, socketOf, useBinary } from './harep-ours.ts';
import { randomCluster } from './harep-random.ts';
import { realHarep } from './harep-real.ts';
import { needsRoot } from './needs-root.ts';

const INSTANCES = 400;
const SEEDS = [1, 2, 3, 4];

/** What would mend an instance as harep sees it (Harep.hs, detectBroken). */
function harepNeeds({ template, pnode, snode }: ClusterInstance, cluster: Cluster): string | undefined {
  const off = (name: string): boolean => {
    const { offline, drained, vmCapable } = cluster.node(name);
    return offline || drained || !vmCapable;
  };
  if (template === 'plain') return off(pnode) ? 'reinstall' : undefined;
  if (off(pnode)) return off(snode ?? '') ? 'reinstall' : 'failover';
  return off(snode ?? '') ? 'fix-storage' : undefined;
}

/** Whether the nodes that harep calls offline are dead, those at least on which it hangs. */
function harepIsRight(instance: ClusterInstance, cluster: Cluster): boolean {
  const dead = (name: string | undefined): boolean => name === undefined || cluster.node(name).offline;
  switch (harepNeeds(instance, cluster)) {
    case 'failover':
      return dead(instance.pnode);
    case 'reinstall':
      return dead(instance.pnode) && dead(instance.snode);
    default:
      return true;
  }
}

/** That a repair was not allowed is written once. */
function expected(harep: Decision, { tags }: ClusterInstance): Decision {
  const [kind, type, outcome] = harep.set?.split(' ') ?? [];
  const stands = tags.some((tag) => tag.startsWith(`${PREFIX}result:${type}:`) && tag.includes(':enoperm:'));
  return kind === 'result' && outcome === 'enoperm' && stands ? { set: undefined, removed: [] } : harep;
}

describe('on random clusters', { skip: needsRoot }, () => {
  let world: World;
  before(async () => {
    await useBinary();
    world = await masterOf();
  });
  after(() => world.close());

  for (const seed of SEEDS) {
    it(`the first decision is harep's wherever what harep calls offline is dead (seed ${seed})`, async () => {
      const luxid = await luxiCluster(socketOf(world), randomCluster(INSTANCES, seed));
      try {
        const { code, stdout } = await realHarep(luxid.socket, '--dry-run');
        assert.equal(code, 0);
        const theirs = decisionsOfHarep(stdout);
        const ours = ourDecisions((await world.gntHa('repair', '--dry-run', '-o', 'json')).stdout);
        const nothing: Decision = { set: undefined, removed: [] };
        const compared = luxid.cluster.instances.filter((one) => harepIsRight(one, luxid.cluster));
        for (const instance of compared) {
          const { name, tags, pnode, snode = '', template, adminState } = instance;
          const what = `${name}: ${template} ${adminState} on ${pnode} ${snode}, ${tags.join(' ')}`;
          assert.deepEqual(ours.get(name) ?? nothing, expected(theirs.get(name) ?? nothing, instance), what);
        }
        assert.ok(compared.filter(({ name }) => theirs.has(name)).length > INSTANCES / 10);
        assert.deepEqual(luxid.queue.jobs, []);
      } finally {
        await luxid.close();
      }
    });

    it(`nothing is reinstalled that has a copy on a node that is not dead (seed ${seed})`, async () => {
      const luxid = await luxiCluster(socketOf(world), randomCluster(INSTANCES, seed));
      try {
        const ours = ourDecisions((await world.gntHa('repair', '--dry-run', '-o', 'json')).stdout);
        const reinstalled = luxid.cluster.instances.filter(
          ({ name }) => ours.get(name)?.set === 'pending reinstall',
        );
        assert.ok(reinstalled.length > 0);
        for (const { name, pnode, snode } of reinstalled)
          for (const node of snode === undefined ? [pnode] : [pnode, snode])
            assert.equal(luxid.cluster.node(node).offline, true, name);
      } finally {
        await luxid.close();
      }
    });
  }
});
