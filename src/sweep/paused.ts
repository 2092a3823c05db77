import type { Orders } from '../policy/orders.ts';
import { activePauses, pauseText } from '../policy/pause.ts';

/** Why nothing new may be done now, in words; undefined where nobody forbids it. */
export function pausedBy(orders: Orders, nowMs: number): string | undefined {
  if (orders.kind === 'unknown') return `it is not known whether a pause stands: ${orders.message}`;
  const pauses = activePauses(orders.pauses, nowMs);
  return pauses.length === 0 ? undefined : `paused: ${pauseText(pauses)}`;
}
