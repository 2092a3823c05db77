import assert from 'node:assert/strict';
import type { LuxidServer } from './luxid-server.ts';
import type { MonNode } from './pacemaker-xml.ts';
import type { World } from './world.ts';

/** A master that watches a healthy cluster; ConfD of the `silent` never answers, as if they were dead already. */
export async function watchingMaster(world: World, silent: readonly string[] = []): Promise<LuxidServer> {
  for (const node of world.nodes) if (!silent.includes(node)) await world.confd(node);
  world.put('/run/ganeti-ha/master.started', '1\n');
  const luxid = await world.luxid();
  assert.equal((await world.run('ganeti-node', 'start')).code, 0);
  return luxid;
}

export function gone(...names: readonly string[]): readonly MonNode[] {
  return names.map((name) => ({ name, online: false }));
}

export function fence(world: World, ...names: readonly string[]): void {
  world.pacemaker({ nodes: gone(...names), fencings: names.map((target) => ({ target })) });
}

/** Nodes named in offline jobs. */
export function offlined(luxid: LuxidServer): readonly unknown[] {
  return luxid.jobs.flatMap(({ ops }) =>
    ops.filter(({ OP_ID }) => OP_ID === 'OP_NODE_SET_PARAMS').map(({ node_name }) => node_name),
  );
}

/** As if this much time had passed since everything in the ledger. */
export function agePast(world: World, ms: number): void {
  const path = '/var/lib/ganeti-ha/ledger.jsonl';
  const aged = (world.read(path) ?? '').replace(/"at":(\d+)/g, (_, at: string) => `"at":${Number(at) - ms}`);
  world.put(path, aged);
}
