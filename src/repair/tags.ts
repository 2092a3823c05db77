import { REPAIR_TYPES, type RepairType } from './facts.ts';
import type { Pending } from './plan-types.ts';

/** harep's prefix and grammar (Ganeti's Tags/Constants.hs:86-100, Program/Harep.hs:114-143). */
export const PREFIX = 'ganeti:watcher:autorepair:';

export const OUTCOMES = ['success', 'failure', 'enoperm'] as const;

export type RepairOutcome = (typeof OUTCOMES)[number];

/** A result tag, read. */
export interface Result {
  readonly type: RepairType;
  readonly id: string;
  /** Seconds since the epoch, when the repair came to its end. */
  readonly at: number;
  readonly outcome: RepairOutcome;
  readonly jobs: readonly number[];
  /** As it stands on the instance. */
  readonly tag: string;
}

/** What a tag below the prefix says. */
export type RepairTag =
  | { readonly kind: 'policy'; readonly type: RepairType; readonly tag: string }
  /** `untilMs`: milliseconds since the epoch; undefined: for ever. */
  | { readonly kind: 'suspend'; readonly untilMs: number | undefined; readonly tag: string }
  /** Somebody wanted to suspend, and it cannot be read until when: it counts as for ever. */
  | { readonly kind: 'unreadable-suspend'; readonly tag: string; readonly because: string }
  | { readonly kind: 'pending'; readonly pending: Pending }
  | { readonly kind: 'result'; readonly result: Result }
  | {
      readonly kind: 'unclear';
      readonly about: 'policy' | 'record';
      readonly tag: string;
      readonly because: string;
    };

/** A longer id would leave no room for the jobs in the 128 characters of a tag; a uuid has 36. */
export const ID_AT_MOST = 40;

/** Ganeti's own words for a tag are wider (VALID_TAG_RE); the id goes into reasons of jobs, which have to be ASCII. */
const ID = /^[\w.+*/@-]+$/;

/** Until the year 5138; milliseconds have more digits. */
const SECONDS = /^\d{1,11}$/;

const JOBS = /^(?:\d{1,12}(?:\+\d{1,12})*)?$/;

/** Undefined: it is none of autorepair's. */
export function readTag(tag: string): RepairTag | undefined {
  if (!tag.startsWith(PREFIX)) return undefined;
  const [word = '', ...fields] = tag.slice(PREFIX.length).split(':');
  switch (word) {
    case 'suspend':
      return readSuspend(tag, fields);
    case 'pending':
      return readPending(tag, fields);
    case 'result':
      return readResult(tag, fields);
    default: {
      const type = fields.length === 0 ? REPAIR_TYPES.find((known) => known === word) : undefined;
      if (type !== undefined) return { kind: 'policy', type, tag };
      const because = `it is neither ${REPAIR_TYPES.join(', ')} nor suspend`;
      return { kind: 'unclear', about: 'policy', tag, because };
    }
  }
}

function readSuspend(tag: string, fields: readonly string[]): RepairTag {
  const [until = '', ...more] = fields;
  if (more.length === 0 && until === '') return { kind: 'suspend', untilMs: undefined, tag };
  if (more.length === 0 && SECONDS.test(until)) {
    return { kind: 'suspend', untilMs: Number(until) * 1_000, tag };
  }
  const because = 'what follows suspend is not a time in seconds since 1970';
  return { kind: 'unreadable-suspend', tag, because };
}

function readPending(tag: string, fields: readonly string[]): RepairTag {
  const [type = '', id = '', since = '', jobs = '', ...more] = fields;
  if (fields.length < 4 || more.length > 0) return unclear(tag, 'it needs TYPE:ID:SECONDS:JOBS');
  const record = readRecord(type, id, since, jobs);
  if (typeof record === 'string') return unclear(tag, record);
  const { seconds, ...rest } = record;
  return { kind: 'pending', pending: { ...rest, since: seconds, tag } };
}

function readResult(tag: string, fields: readonly string[]): RepairTag {
  const [type = '', id = '', at = '', word = '', jobs = '', ...more] = fields;
  if (fields.length < 5 || more.length > 0) return unclear(tag, 'it needs TYPE:ID:SECONDS:RESULT:JOBS');
  const record = readRecord(type, id, at, jobs);
  if (typeof record === 'string') return unclear(tag, record);
  const outcome = OUTCOMES.find((known) => known === word);
  if (outcome === undefined) return unclear(tag, `its result is none of ${OUTCOMES.join(', ')}`);
  const { seconds, ...rest } = record;
  return { kind: 'result', result: { ...rest, at: seconds, outcome, tag } };
}

interface RecordFields {
  readonly type: RepairType;
  readonly id: string;
  readonly seconds: number;
  readonly jobs: readonly number[];
}

/** A string says what is wrong. */
function readRecord(word: string, id: string, seconds: string, jobs: string): RecordFields | string {
  const type = REPAIR_TYPES.find((known) => known === word);
  if (type === undefined) return `its type is none of ${REPAIR_TYPES.join(', ')}`;
  if (id === '') return 'its id is empty';
  if (!ID.test(id)) return 'its id has characters other than letters, digits and .+*/@_-';
  if (id.length > ID_AT_MOST) return `its id has more than ${ID_AT_MOST} characters`;
  if (!SECONDS.test(seconds)) return 'its time is not in seconds since 1970';
  if (!JOBS.test(jobs)) return 'its jobs are not job numbers joined by +';
  return { type, id, seconds: Number(seconds), jobs: jobs === '' ? [] : jobs.split('+').map(Number) };
}

function unclear(tag: string, because: string): RepairTag {
  return { kind: 'unclear', about: 'record', tag, because };
}
