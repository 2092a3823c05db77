import { join } from 'node:path';
import { makePackage } from '../../packaging/deb/package.ts';
import type { AgentRun } from '../agents/agent-run.ts';
import { makeWorld, type World } from '../agents/world.ts';
import { NODES } from './harep-cluster.ts';

const SOCKET = '/var/run/ganeti/socket/ganeti-query';

/** For a `before`: what is compared with harep is what is shipped. */
export async function useBinary(): Promise<void> {
  await makePackage();
  process.env.GANETI_HA_TEST_BINARY = '1';
}

/** A master's machine, where Pacemaker has fenced the nodes that are marked offline, but for those that live. */
export async function masterOf(nodes = NODES, alive: readonly string[] = []): Promise<World> {
  const world = await makeWorld({ size: nodes.length, candidates: [1] });
  const offline = nodes.filter((node) => node.offline === true).map(({ name }) => name);
  const dead = offline.filter((name) => !alive.includes(name));
  const short = (name: string): string => name.split('.')[0] ?? name;
  world.pacemaker({
    nodes: dead.map((name) => ({ name: short(name), online: false })),
    fencings: dead.map((name) => ({ target: short(name), completed: new Date(Date.now() - 60_000) })),
    masterOn: 'h1',
  });
  world.put('/var/lib/ganeti/ssconf_offline_nodes', offline.map((name) => `${name}\n`).join(''));
  return world;
}

export function socketOf(world: World): string {
  return join(world.root, SOCKET);
}

export function ourHarep(world: World): Promise<AgentRun> {
  return world.gntHa('harep', `-L${SOCKET}`);
}
