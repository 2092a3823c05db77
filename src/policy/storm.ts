import type { Decision } from './decide.ts';

/**
 * More nodes were to be marked offline than the brake allows. Something common has failed then, and what looks like
 * one more dead node may be part of it: nothing new is marked until it has been over for the cooldown.
 */
export type Storm =
  | { readonly kind: 'none' }
  | { readonly kind: 'on' }
  /** `atMs`: when a sweep first saw that the places suffice again. */
  | { readonly kind: 'over'; readonly atMs: number };

export const NO_STORM: Storm = { kind: 'none' };

/** As long as the brake's window: who was away for the storm has the same time to look at it. */
export const DEFAULT_COOLDOWN_MS = 600_000;

/**
 * When places may be used again: a moment, `unknown` while the storm goes on, or undefined where nothing holds. A
 * storm's end in the future, after the clock was set back, counts by its distance: else it would cool down for as long
 * as the clock was wrong.
 */
export function coolsUntil(storm: Storm, cooldownMs: number, nowMs: number): number | 'unknown' | undefined {
  if (cooldownMs === 0 || storm.kind === 'none') return undefined;
  if (storm.kind === 'on') return 'unknown';
  return Math.abs(nowMs - storm.atMs) < cooldownMs ? storm.atMs + cooldownMs : undefined;
}

/**
 * The storm after a sweep that decided so. It begins only where all places are taken: until then the brake lets
 * through whom it chose, also when a job failed or luxid did not answer. `full`: they were before this sweep.
 */
export function nextStorm(
  before: Storm,
  decisions: readonly Decision[],
  full: boolean,
  nowMs: number,
): Storm {
  const held = (wanted: readonly string[]): boolean =>
    decisions.some((one) => one.kind === 'hold' && wanted.includes(one.hold));
  // Who is held for another cause says nothing on how many would be marked.
  if (held(['pause', 'orders', 'no-quorum'])) return before;
  if (held(['brake'])) return before.kind === 'on' || full ? { kind: 'on' } : before;
  return before.kind === 'on' ? { kind: 'over', atMs: nowMs } : before;
}
