import type { Env } from '../env/env.ts';
import type { AttributeResult } from '../pacemaker/attributes.ts';
import { deleteProperty, setProperty } from '../pacemaker/properties.ts';
import type { Decision } from '../policy/decide.ts';
import { type Orders, RELEASE_MS } from '../policy/orders.ts';
import { orderValue, pauseProperty, releaseProperty } from './order-text.ts';

const TIMEOUT_MS = 10_000;

/** A pause that is over is kept this long, for a master whose clock is ahead must not end one that still stands. */
const KEEP_PAUSE_MS = 3_600_000;

export interface PauseOrder {
  readonly id: string;
  readonly who: string;
  readonly why: string;
  /** Both by the master's clock, for that decides whether it stands. */
  readonly sinceMs: number;
  readonly untilMs: number;
}

export async function orderPause(env: Env, { id, ...order }: PauseOrder): Promise<AttributeResult> {
  return await setProperty(env, pauseProperty(id), orderValue(order), TIMEOUT_MS);
}

export async function endPause(env: Env, id: string): Promise<AttributeResult> {
  return await deleteProperty(env, pauseProperty(id), TIMEOUT_MS);
}

export async function orderRelease(env: Env, node: string, who: string): Promise<AttributeResult> {
  const sinceMs = env.clock.now();
  const value = orderValue({ untilMs: sinceMs + RELEASE_MS, sinceMs, who, why: '' });
  return await setProperty(env, releaseProperty(node), value, TIMEOUT_MS);
}

/**
 * Removes what has had its effect or is over, so that nothing is left to surprise anybody: a release is for one death.
 * Best effort, for what stays has no effect or ends by itself.
 */
export async function removeSpent(env: Env, orders: Orders, decisions: readonly Decision[]): Promise<void> {
  if (orders.kind === 'unknown') return;
  const nowMs = env.clock.now();
  const settled = new Set(decisions.flatMap((one) => (isSettled(one) ? [one.node] : [])));
  const spent = [
    ...orders.pauses
      .filter(({ untilMs }) => untilMs !== undefined && untilMs + KEEP_PAUSE_MS < nowMs)
      .map(({ id }) => pauseProperty(id)),
    ...orders.releases
      .filter(({ node, untilMs }) => untilMs <= nowMs || settled.has(node))
      .map(({ node }) => releaseProperty(node)),
  ];
  for (const name of spent) {
    const removed = await deleteProperty(env, name, TIMEOUT_MS);
    if (removed.kind === 'failed') env.log('warning', removed.message);
  }
}

function isSettled(decision: Decision): boolean {
  return decision.kind === 'nothing' && decision.why !== 'job-pending';
}
