import type { Snapshot } from '../../../src/evidence/observations.ts';
import type { NodeSeen } from '../../../src/evidence/verdict.ts';

/**
 * A cluster in which the truth is known: what each node really is, and the facts an observer would read.
 * The rules are Pacemaker's as measured: fencing needs quorum and clears the flags of its target; the
 * history has no link to joins; each join and each leaving makes a new ring.
 */
export interface World {
  nowMs: number;
  ring: number;
  readonly nodes: readonly WorldNode[];
  history: readonly WorldEvent[];
}

export type Truth = 'member' | 'crashed' | 'fenced' | 'left';

export interface WorldNode {
  readonly name: string;
  truth: Truth;
}

export interface WorldEvent {
  readonly id: string;
  readonly target: string;
  readonly action: string;
  readonly status: 'success' | 'failed';
  readonly completedMs: number;
}

export type Step =
  | { readonly kind: 'crash' | 'fence' | 'fencing-fails' | 'boot' | 'leave'; readonly node: number }
  | { readonly kind: 'clear-history' }
  | { readonly kind: 'wait'; readonly seconds: number };

const RING_STEP = 4;
/** No node is back sooner: the lab's hosts, which are namespaces, need 6 s from their fencing to their join. */
const BOOT_MS = 5_000;

export function newWorld(count: number, startMs: number): World {
  const nodes = Array.from(
    { length: count },
    (_, index): WorldNode => ({
      name: `n${index + 1}`,
      truth: 'member',
    }),
  );
  return { nowMs: startMs, ring: 100, nodes, history: [] };
}

/** Lets one thing happen; what is not possible now does not happen. */
export function take(world: World, step: Step): void {
  switch (step.kind) {
    case 'wait':
      world.nowMs += step.seconds * 1000;
      return;
    case 'clear-history':
      world.history = [];
      return;
    case 'crash':
      if (change(world, step.node, ['member'], 'crashed')) world.nowMs += 8_000;
      return;
    case 'leave':
      if (change(world, step.node, ['member'], 'left')) world.nowMs += 1_000;
      return;
    case 'boot':
      if (change(world, step.node, ['crashed', 'fenced', 'left'], 'member')) world.nowMs += BOOT_MS;
      return;
    case 'fencing-fails':
      record(world, step.node, 'failed');
      return;
    case 'fence': {
      const node = world.nodes[step.node];
      if (node === undefined) return;
      if (node.truth === 'member') change(world, step.node, ['member'], 'fenced');
      else node.truth = 'fenced';
      record(world, step.node, 'success');
    }
  }
}

function change(world: World, index: number, from: readonly Truth[], to: Truth): boolean {
  const node = world.nodes[index];
  if (node === undefined || !from.includes(node.truth)) return false;
  node.truth = to;
  // A joining corosync has counted a few rings of its own.
  world.ring += RING_STEP + (to === 'member' ? 1 : 0);
  return true;
}

function record(world: World, index: number, status: WorldEvent['status']): void {
  const target = world.nodes[index]?.name ?? '';
  world.nowMs += 1_000;
  const id = `${target}|off|${world.nowMs}`;
  world.history = [{ id, target, action: 'off', status, completedMs: world.nowMs }, ...world.history];
}

/** What Pacemaker would say of each node. */
export function picture(world: World): readonly NodeSeen[] {
  return world.nodes.map(({ name, truth }) => ({
    name,
    type: 'member',
    online: truth === 'member',
    pending: false,
    unclean: truth === 'crashed',
    standby: false,
    maintenance: false,
    shutdown: false,
    expectedUp: truth === 'member' || truth === 'crashed',
  }));
}

export function members(world: World): readonly string[] {
  return world.nodes.filter(({ truth }) => truth === 'member').map(({ name }) => name);
}

export function hasQuorum(world: World): boolean {
  return members(world).length * 2 > world.nodes.length;
}

export function snapshot(world: World): Snapshot {
  return {
    nodes: picture(world),
    fenceEvents: world.history,
    fenceHistoryKnown: true,
    ring: world.ring,
    corosyncMembers: members(world),
  };
}
