/** What a promotion score is made of. */
export interface Candidacy {
  /** This node is a master candidate: neither regular, nor drained, nor offline. */
  readonly candidate: boolean;
  /** ssconf names this node: the role was given up here, or not yet taken, and no other has it. */
  readonly lastHolder: boolean;
  /** The serial of the own configuration, undefined where it cannot be told. */
  readonly mySerial: number | undefined;
  /** The newest serial among the other candidates, undefined where none told one. */
  readonly newestOther: number | undefined;
  /** The daemons that a failover needs on this node answer. */
  readonly healthy: boolean;
}

/** Above every candidate's, so that the role stays where it is. */
export const PROMOTED_SCORE = 1000;

const FRESH = 100;
const OLDER = 10;
const SERIAL_UNKNOWN = 1;
/** After a failed monitor the role is best repaired where it was: no failover is needed there. */
const LAST_HOLDER = 10;

/**
 * How much this node is to be preferred as the next master; undefined is no score, without which Pacemaker promotes
 * nothing. One with an older configuration, or whose serial is unknown, keeps a small score: it is a last resort, and
 * promote itself refuses it while a newer configuration can be reached.
 */
export function promotionScore(candidacy: Candidacy): number | undefined {
  const { candidate, lastHolder, mySerial, newestOther, healthy } = candidacy;
  if (!candidate) return undefined;
  if (mySerial === undefined) return SERIAL_UNKNOWN;
  const fresh = newestOther === undefined || mySerial >= newestOther;
  const base = fresh ? FRESH + (lastHolder ? LAST_HOLDER : 0) : OLDER;
  return healthy ? base : base / 2;
}
