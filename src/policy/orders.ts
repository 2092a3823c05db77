import type { Pause } from './pause.ts';

/** An administrator's word that a node held back by the brake may be marked offline all the same. */
export interface Release {
  readonly node: string;
  readonly who: string;
  /** Milliseconds since the epoch; a release is for the death at hand, not for one of tomorrow. */
  readonly untilMs: number;
}

export const RELEASE_MS = 600_000;

/** What people have ordered, as the whole cluster knows it. What cannot be read may be a pause. */
export type Orders =
  | { readonly kind: 'known'; readonly pauses: readonly Pause[]; readonly releases: readonly Release[] }
  | { readonly kind: 'unknown'; readonly message: string };

export const NO_ORDERS: Orders = { kind: 'known', pauses: [], releases: [] };

/** The nodes released at this moment. */
export function releasedNodes(orders: Orders, nowMs: number): ReadonlySet<string> {
  if (orders.kind === 'unknown') return new Set();
  return new Set(orders.releases.flatMap(({ node, untilMs }) => (nowMs < untilMs ? [node] : [])));
}
