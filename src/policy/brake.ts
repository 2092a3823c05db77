import type { Limit } from './limit.ts';

/** Sliding; a burst this long apart is two events, which an administrator had time to look at. */
export const BRAKE_WINDOW_MS = 600_000;

/** A node that was marked offline by us, and when (this host's clock, milliseconds). */
export interface Offlining {
  readonly node: string;
  readonly atMs: number;
}

/**
 * How many nodes may be offline by our doing within the window. Without a limit: fewer than half, at
 * least one. A fraction is rounded down but is at least one; a count is taken literally, 0 is never.
 */
export function brakeCapacity(limit: Limit | undefined, nodeCount: number): number {
  if (limit === undefined) return Math.max(1, Math.ceil(nodeCount / 2) - 1);
  if (limit.kind === 'count') return limit.count;
  if (limit.numerator === 0) return 0;
  return Math.max(1, Math.floor((nodeCount * limit.numerator) / limit.denominator));
}

/**
 * The nodes that take a place: marked within the window and still offline, or on the way there. A node
 * the administrator has re-admitted gives its place back: somebody has looked at it.
 * Entries of the future count, for a clock that was set back must not lift the brake.
 */
export function brakeUsed(
  recent: readonly Offlining[],
  stillOffline: ReadonlySet<string>,
  nowMs: number,
): readonly string[] {
  const inWindow = recent.filter(
    ({ node, atMs }) => nowMs - atMs < BRAKE_WINDOW_MS && stillOffline.has(node),
  );
  return [...new Set(inWindow.map(({ node }) => node))].sort();
}
