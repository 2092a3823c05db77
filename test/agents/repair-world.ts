import type { ClusterDescription, InstanceDescription } from '../luxi-cluster/description.ts';
import { type LuxiCluster, luxiCluster } from '../luxi-cluster/server.ts';
import { inWorld } from './in-world.ts';
import { fence } from './watching-master.ts';
import type { World } from './world.ts';

export const AUTOREPAIR = 'ganeti:watcher:autorepair:';

/** A DRBD instance on the dead h3, with its copy on h1. */
export const WEB: InstanceDescription = {
  ...{ name: 'web.lab.test', template: 'drbd', pnode: 'h3.lab.test', snode: 'h1.lab.test' },
};

/** h1 is the master, h3 was fenced and is marked offline; `change` is laid over that. */
export function describedCluster(change: Partial<ClusterDescription> = {}): ClusterDescription {
  return {
    tags: [`${AUTOREPAIR}failover`],
    defaultIallocator: 'hail',
    nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test' }, { name: 'h3.lab.test', offline: true }],
    instances: [WEB],
    ...change,
  };
}

/** A test on the master of such a cluster, as it sees it through luxid. */
export function withRepairs(
  title: string,
  change: Partial<ClusterDescription>,
  body: (world: World, luxid: LuxiCluster) => Promise<void>,
): void {
  inWorld(title, {}, async (world) => {
    world.put('/var/lib/ganeti/ssconf_offline_nodes', 'h3.lab.test\n');
    fence(world, 'h3');
    const socket = `${world.root}/var/run/ganeti/socket/ganeti-query`;
    const luxid = await luxiCluster(socket, describedCluster(change));
    try {
      await body(world, luxid);
    } finally {
      await luxid.close();
    }
  });
}
