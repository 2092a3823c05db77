import * as v from 'valibot';
import { HEALTH_STATES } from './repair-words.ts';

/** The JSON of `gnt-ha repair`, for programs that read it. Fields are added, never renamed or removed. */

const MOMENT = v.pipe(v.number(), v.integer(), v.description('milliseconds since the epoch'));

const REPAIR_TYPE = v.picklist(['fix-storage', 'migrate', 'failover', 'reinstall']);

const SOURCE = v.strictObject({ object: v.picklist(['instance', 'group', 'cluster']), name: v.string() });

const OUTCOME = v.picklist(['success', 'failure', 'enoperm']);

export const INSTANCE_SHAPE = v.strictObject({
  instance: v.string(),
  state: v.picklist(HEALTH_STATES),
  because: v.string(),
  problem: v.strictObject({
    kind: v.picklist(['healthy', 'broken', 'held']),
    text: v.string(),
    needs: v.optional(REPAIR_TYPE),
    hold: v.optional(v.string()),
  }),
  policy: v.strictObject({
    kind: v.picklist(['allowed', 'suspended', 'unclear', 'none']),
    type: v.optional(REPAIR_TYPE),
    untilMs: v.optional(MOMENT),
    tag: v.optional(v.string()),
    from: v.optional(SOURCE),
  }),
  next: v.strictObject({
    kind: v.picklist(['none', 'wait', 'tag', 'repair']),
    wait: v.optional(v.string()),
    step: v.optional(v.string()),
    set: v.optional(v.array(v.string())),
    remove: v.optional(v.array(v.string())),
    outcome: v.optional(OUTCOME),
  }),
  waitsFor: v.string(),
  sinceMs: v.nullable(MOMENT),
  jobs: v.array(v.number()),
  unfinished: v.array(v.number()),
});

const VIEW = {
  at: MOMENT,
  stopped: v.nullable(v.string()),
  counts: v.strictObject(v.entriesFromList(HEALTH_STATES, v.pipe(v.number(), v.integer()))),
  instances: v.array(INSTANCE_SHAPE),
  expired: v.array(v.strictObject({ on: SOURCE, tag: v.string() })),
  warnings: v.array(v.string()),
};

export const REPAIR_STATUS_SHAPE = v.strictObject(VIEW);

const SUBMITTED = v.strictObject({
  what: v.string(),
  on: SOURCE,
  job: v.number(),
  step: v.optional(v.string()),
});

const NOT_SUBMITTED = v.strictObject({
  what: v.string(),
  on: SOURCE,
  step: v.optional(v.string()),
  text: v.string(),
  known: v.boolean(),
});

const ENDED = v.strictObject({ instance: v.string(), outcome: OUTCOME, because: v.string() });

export const REPAIR_SHAPE = v.strictObject({
  dryRun: v.boolean(),
  submitted: v.array(SUBMITTED),
  failures: v.array(NOT_SUBMITTED),
  ended: v.array(ENDED),
  left: v.boolean(),
  ...VIEW,
});

/** A line of `--watch -o json`; the last line is the round itself. */
export const REPAIR_EVENT_SHAPE = v.variant('event', [
  v.strictObject({ event: v.literal('submitted'), atMs: MOMENT, ...SUBMITTED.entries }),
  v.strictObject({ event: v.literal('not-submitted'), atMs: MOMENT, ...NOT_SUBMITTED.entries }),
  v.strictObject({
    event: v.literal('job'),
    atMs: MOMENT,
    job: v.number(),
    status: v.picklist(['unfinished', 'success', 'failed', 'canceled', 'gone']),
    instances: v.array(v.string()),
    error: v.optional(v.string()),
  }),
  v.strictObject({ event: v.literal('ended'), atMs: MOMENT, ...ENDED.entries }),
]);
