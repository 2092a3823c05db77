import type { Env } from '../env/env.ts';
import { setProperty } from '../pacemaker/properties.ts';
import { type Orders, releasedNodes } from '../policy/orders.ts';
import { activePauses } from '../policy/pause.ts';
import type { SimHost, World } from '../simulate/world.ts';
import { orderValue, pauseProperty, releaseProperty } from '../sweep/order-text.ts';
import { UPSTREAM_PAUSE } from '../sweep/orders.ts';

/** An order as it is written into Pacemaker's configuration. */
interface Property {
  readonly name: string;
  readonly value: string;
}

/** What people have ordered and is not over, in the words and with the ends that it has in a story. */
export interface PresentOrders {
  readonly pauses: readonly Property[];
  readonly releases: readonly Property[];
  /** Upstream's file is on this host. */
  readonly upstream: boolean;
}

const TIMEOUT_MS = 5_000;

/** `shiftMs`: what a moment of the story is ahead of the same one here. */
export function presentOrders(orders: Orders, nowMs: number, shiftMs: number): PresentOrders {
  if (orders.kind === 'unknown') return { pauses: [], releases: [], upstream: false };
  const sinceMs = nowMs + shiftMs;
  const active = activePauses(orders.pauses, nowMs);
  const released = releasedNodes(orders, nowMs);
  return {
    pauses: active
      .filter(({ id }) => id !== UPSTREAM_PAUSE)
      .map(({ id, who, why, untilMs }) => ({
        name: pauseProperty(id),
        // One without an end is text that nobody can read; it stands as it is.
        value: untilMs === undefined ? why : orderValue({ untilMs: untilMs + shiftMs, sinceMs, who, why }),
      })),
    releases: orders.releases
      .filter(({ node }) => released.has(node))
      .map(({ node, who, untilMs }) => ({
        name: releaseProperty(node),
        value: orderValue({ untilMs: untilMs + shiftMs, sinceMs, who, why: '' }),
      })),
    upstream: active.some(({ id }) => id === UPSTREAM_PAUSE),
  };
}

/** Writes them as `gnt-ha` does, by a process of its own on a simulated host. Throws there what could not be written. */
export function writeOrders(world: World, host: SimHost, properties: readonly Property[]): void {
  if (properties.length === 0) return;
  world.start(host, {
    vars: {},
    timeoutMs: TIMEOUT_MS * properties.length,
    run: async (env: Env) => {
      for (const { name, value } of properties) {
        const written = await setProperty(env, name, value, TIMEOUT_MS);
        if (written.kind === 'failed') throw new Error(written.message);
      }
    },
  });
}
