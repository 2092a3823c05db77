import { realpathSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { makeWorld, type World } from '../agents/world.ts';
import { type LuxiCluster, luxiCluster } from '../luxi-cluster/server.ts';
import { clusterThatLost, LOST, nodeName } from './repair-cluster.ts';

/** The harness has no more for a world. */
const ADDRESSES = 20;

export interface RepairWorld {
  readonly world: World;
  readonly luxid: LuxiCluster;
  close(): Promise<void>;
}

/** The master's machine in a cluster that has lost a node: fenced, not a member, silent. */
export async function worldThatLost(nodes: number, instances: number): Promise<RepairWorld> {
  const world = await makeWorld({ size: nodes, candidates: [1, 2, 3] });
  const lost = `h${LOST}`;
  world.pacemaker({
    nodes: [{ name: lost, online: false }],
    fencings: [{ target: lost, completed: new Date(Date.now() - 60_000) }],
    masterOn: 'h1',
  });
  const address = (name: string, at: number): string =>
    at < ADDRESSES ? world.address(name) : `127.99.${at >> 8}.${at & 255}`;
  const addresses = world.nodes.map((name, at) => `${name} ${address(name, at)}\n`).join('');
  for (const key of ['node_primary_ips', 'node_secondary_ips'])
    world.put(`/var/lib/ganeti/ssconf_${key}`, addresses);
  world.put('/var/lib/ganeti/ssconf_offline_nodes', `${nodeName(LOST)}\n`);
  world.put(
    '/var/lib/ganeti/ssconf_online_nodes',
    world.nodes
      .filter((name) => name !== nodeName(LOST))
      .map((name) => `${name}\n`)
      .join(''),
  );
  // Bare, since there is nobody to read what they record, and each process more costs time that no real one takes.
  for (const program of ['crm_mon', 'crm_node', 'cibadmin']) {
    const path = join(world.root, 'usr/sbin', program);
    rmSync(path);
    symlinkSync(realpathSync(join(world.root, 'behaviour', program)), path);
  }
  // The candidates are asked whether one of them has a newer configuration.
  for (const candidate of ['h2', 'h3']) await world.confd(candidate);
  const socket = join(world.root, 'var/run/ganeti/socket/ganeti-query');
  const luxid = await luxiCluster(socket, clusterThatLost(nodes, instances), { remembered: true });
  return {
    world,
    luxid,
    close: async () => {
      await luxid.close();
      await world.close();
    },
  };
}
