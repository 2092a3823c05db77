import type { Env } from '../env/env.ts';
import { withLuxi } from '../ganeti/luxi.ts';
import { queryRoom } from '../ganeti/repair-room.ts';
import type { RepairFacts, Room } from './facts.ts';
import type { RepairPlan } from './plan-types.ts';

/** What the rest of a pass needs after it. */
const REST_MS = 1_000;

/** A living node answers in tenths of a second; without an answer Ganeti's allocator finds out by itself. */
const TIMEOUT_MS = 3_000;

/**
 * What is free where this plan might place something; undefined where nobody answers in time. On a connection of its
 * own: luxid answers in order, and one silent node would hold up all that comes after.
 */
export async function askRoom(
  env: Env,
  socket: string,
  { nodes, instances }: RepairFacts,
  plan: RepairPlan,
  living: readonly string[],
  leftMs: number,
): Promise<Room | undefined> {
  const moving = new Set(
    plan.instances.flatMap(({ instance, diagnosis }) => (diagnosis.kind === 'healthy' ? [] : [instance])),
  );
  const groups = new Set(
    instances.flatMap(({ name, primary }) => (moving.has(name) ? [nodes.get(primary)?.group] : [])),
  );
  const asked = living.filter((name) => groups.has(nodes.get(name)?.group));
  const ms = Math.min(TIMEOUT_MS, leftMs - REST_MS);
  if (ms <= 0) return undefined;
  const options = { socket, connectTimeoutMs: ms, requestTimeoutMs: ms };
  const answer = await withLuxi(env, options, (call) => queryRoom(call, asked));
  return answer.kind === 'ok' ? answer.value : undefined;
}
