import type { NodeMemory, Observations, SeenEvent } from './memory.ts';

/** Each new corosync ring counts at least this much more than any member's last one (totemsrp.c). */
const SEQUENCE_STEP = 4;

/**
 * Two looks this close leave no room for being fenced, booting, joining and leaving cleanly:
 * the fastest boot measured, of a host made of namespaces, needs 6 s for the first three. Beyond it the rings
 * decide, and an ordinary death needs no more of them than they allow: one, or two where two nodes die at once;
 * of more at once the notification names each that is fenced while this host lives.
 */
const NO_GAP_MS = 5_000;

/**
 * Ganeti demands clocks within 150 s of each other (constants.NODE_MAX_CLOCK_SKEW); an event that ended
 * longer ago than twice that did not just happen. Only ever used to doubt.
 */
const OLD_EVENT_MS = 300_000;

/**
 * Why the node could have come and gone between the last look and this one; undefined if it could not.
 * Counted in changes of corosync's membership, not in time, so that a quiet monitor need not look:
 * a member that was fenced, came back and left took three rings, an absent node two. Only one that was back before
 * corosync missed it (token and consensus timeout, 6.6 s by default) takes one less, as many as two deaths; no look
 * can tell them apart, and what ran on it died with the fencing either way.
 */
export function watchGap(
  previous: Observations | undefined,
  memory: NodeMemory | undefined,
  ring: number | undefined,
  nowMs: number,
): string | undefined {
  if (previous === undefined || memory === undefined) {
    return 'it was in the history already when this host began to watch that node';
  }
  const changes = changesBetween(previous.ring, ring);
  if (changes !== undefined && changes <= (memory.member ? 2 : 1)) return undefined;
  const elapsed = Math.abs(nowMs - previous.atMs);
  if (elapsed <= NO_GAP_MS) return undefined;
  const times = changes === undefined ? 'an unknown number of times' : `up to ${changes} times`;
  return `this host did not look for ${Math.round(elapsed / 1000)} s, in which the membership changed ${times}`;
}

/**
 * A member in a ring that was formed after the last look may have been fenced and be back already, quicker
 * than corosync's token timeout. Its next leaving would then look like the fencing's doing.
 */
export function maybeBack(previous: Observations | undefined, ring: number | undefined): string | undefined {
  return changesBetween(previous?.ring, ring) === 0
    ? undefined
    : 'the node was seen in a membership formed after its fencing';
}

/** Why an event that is new to this host may still be an old one; undefined if nothing says so. */
export function arrivalDoubt(event: SeenEvent, nowMs: number): string | undefined {
  if (event.completedMs === undefined) return 'its time is not known';
  const age = nowMs - event.completedMs;
  return age <= OLD_EVENT_MS
    ? undefined
    : `by its fencer's clock it ended ${Math.round(age / 1000)} s before this host heard of it`;
}

function changesBetween(before: number | undefined, after: number | undefined): number | undefined {
  // A smaller number: corosync's state was lost, and the numbers cannot be compared.
  if (before === undefined || after === undefined || after < before) return undefined;
  // Rounded down: a starting corosync counts its own empty rings too, which adds less than a whole step.
  return Math.floor((after - before) / SEQUENCE_STEP);
}
