import * as v from 'valibot';

/** The JSON that `gnt-ha` prints, for programs that read it. Fields are added, never renamed or removed. */

const MOMENT = v.pipe(v.number(), v.integer(), v.description('milliseconds since the epoch'));

const REASON = v.strictObject({ rule: v.string(), text: v.string() });

const EVIDENCE = v.strictObject({ source: v.string(), what: v.string(), atMs: MOMENT });

/** One line of the ledger; each event has fields of its own. */
const ENTRY = v.looseObject({ at: MOMENT, trigger: v.string(), event: v.string() });

export const DECISION_SHAPE = v.strictObject({
  about: v.picklist(['death', 'return', 'leave']),
  kind: v.picklist(['offline', 'hold', 'nothing', 'wait', 'readmit', 'drain', 'undrain']),
  rule: v.optional(v.string()),
  text: v.string(),
  untilMs: v.optional(MOMENT),
});

const VERDICT = v.picklist(['alive', 'left', 'fenced', 'lost', 'unknown']);

export const WHY_SHAPE = v.strictObject({
  node: v.string(),
  verdict: VERDICT,
  reasons: v.array(REASON),
  evidence: v.array(EVIDENCE),
  decision: DECISION_SHAPE,
  wouldChange: v.strictObject({ verdict: v.string(), decision: v.string() }),
  gaps: v.array(v.string()),
  last: v.array(ENTRY),
});

/** Null where it is not known. */
export const STATUS_SHAPE = v.strictObject({
  health: v.picklist(['healthy', 'degraded', 'acting', 'unknown']),
  trouble: v.array(v.string()),
  quorum: v.nullable(v.boolean()),
  master: v.strictObject({
    ganeti: v.nullable(v.string()),
    pacemaker: v.nullable(v.array(v.string())),
    agree: v.nullable(v.boolean()),
  }),
  nodes: v.array(
    v.strictObject({
      node: v.string(),
      pacemaker: v.string(),
      ganeti: v.picklist(['master', 'candidate', 'regular', 'drained', 'offline', 'online']),
      verdict: VERDICT,
      reasons: v.array(v.string()),
      evidence: v.array(EVIDENCE),
      pending: DECISION_SHAPE,
    }),
  ),
  brake: v.nullable(
    v.strictObject({
      places: v.number(),
      taken: v.array(v.string()),
      windowMs: v.number(),
      storm: v.picklist(['none', 'on', 'over']),
    }),
  ),
  pauses: v.nullable(
    v.array(
      v.strictObject({ id: v.string(), who: v.string(), why: v.string(), untilMs: v.optional(MOMENT) }),
    ),
  ),
  jobs: v.nullable(v.array(v.strictObject({ id: v.number(), status: v.string(), summary: v.string() }))),
  repairs: v.nullable(
    v.strictObject({
      atMs: MOMENT,
      open: v.boolean(),
      counts: v.strictObject(
        v.entriesFromList(
          ['pending', 'failed', 'suspended', 'held', 'disallowed', 'unclear'],
          v.pipe(v.number(), v.integer()),
        ),
      ),
    }),
  ),
  gaps: v.array(v.string()),
  last: v.array(ENTRY),
});
