import type { AgentPasses, NoPass } from './agent-passes.ts';
import type { RepairState } from './state.ts';

/** So long may a luxid be busy, or be started anew, before anybody is told that repairs wait for it. */
const UNSEEN_MS = 60_000;

/** Of luxid not answering. */
const CODES: readonly string[] = ['GNH400', 'GNH406'];

/**
 * What the passes of this monitor make of what was known; where there was none, that stands. A luxid that does not
 * answer, or not in time, is told of by others at once, and by the repairs when it lasts.
 */
export function withLasting(
  state: RepairState,
  passes: AgentPasses | NoPass,
  now: number,
): Pick<RepairState, 'open' | 'counts' | 'reasons' | 'unseenSinceMs'> {
  const refused = 'refused' in passes;
  const known = refused ? state.reasons.filter(({ code }) => !CODES.includes(code)) : passes.reasons;
  const { open, counts } = refused ? { open: true, counts: state.counts } : passes;
  const trouble = refused ? passes.refused : passes.lost;
  if (trouble === undefined) {
    // Somebody else's pass says nothing of ours.
    return { open, counts, reasons: known, unseenSinceMs: refused ? state.unseenSinceMs : undefined };
  }
  const since = state.unseenSinceMs ?? now;
  const lasts = Math.abs(now - since) >= UNSEEN_MS;
  return { open, counts, reasons: lasts ? [trouble, ...known] : known, unseenSinceMs: since };
}
