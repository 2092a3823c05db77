import type { Clock } from '../env/env.ts';

/**
 * How long this call may still take. Pacemaker kills the agent when its timeout is over and calls the action
 * failed; answering ourselves before that keeps the reason. Not by the wall clock, which a time server may set while
 * a booting host starts its resources: forward it would end every deadline at once, backward none.
 */
export interface Deadline {
  /** Milliseconds left, never negative. */
  left(): number;
  /** The smaller of `ms` and what is left: a timeout for one step. */
  cap(ms: number): number;
}

/** Ends `marginMs` before Pacemaker's own timeout, but leaves at least half of it. */
export function deadlineIn(clock: Clock, timeoutMs: number, marginMs = 2_000): Deadline {
  const end = clock.monotonic() + Math.max(timeoutMs - marginMs, timeoutMs / 2);
  const left = (): number => Math.max(0, end - clock.monotonic());
  return { left, cap: (ms) => Math.min(ms, left()) };
}
