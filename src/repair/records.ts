import { readStartMark } from './format-tags.ts';
import type { Pending } from './plan-types.ts';
import { clashing, combined, type Tidying, tidying } from './record-copies.ts';
import { type Result, readTag } from './tags.ts';

/** What an instance's pending and result tags add up to. */
export interface Records {
  /** Tags that cannot be read, or that contradict each other: nobody knows how a repair stands. */
  readonly unclear: readonly { readonly tag: string; readonly because: string }[];
  /** Sticky until somebody removes its tag; the newest where there are more. */
  readonly failure: Result | undefined;
  /** The oldest that is not resolved. */
  readonly active: Pending | undefined;
  /** They come after it, oldest first. */
  readonly later: readonly Pending[];
  /** Refusals that are written down already, newest first. */
  readonly enoperm: readonly Result[];
  /** Tags of results that nobody has to look into: they go with the next change. */
  readonly finished: readonly string[];
  /** What brings the tags in order before anything else is done; undefined where they are. */
  readonly tidy: Tidying | undefined;
  /** Ids of repairs after which the instance has to run. */
  readonly starts: ReadonlySet<string>;
  /** Whether there is any of these tags. */
  readonly any: boolean;
}

const NONE: Records = {
  unclear: [],
  failure: undefined,
  active: undefined,
  later: [],
  enoperm: [],
  finished: [],
  tidy: undefined,
  starts: new Set(),
  any: false,
};

/** `tags`: those of one instance. */
export function recordsOf(tags: readonly string[]): Records {
  const unclear: { readonly tag: string; readonly because: string }[] = [];
  const copies: Pending[] = [];
  const results: Result[] = [];
  const marks: { readonly id: string; readonly tag: string }[] = [];
  // Ganeti knows no order among tags; ours makes every pass see the same.
  for (const tag of tags.toSorted()) {
    const mark = readStartMark(tag);
    if (mark !== undefined) marks.push({ id: mark, tag });
    const read = readTag(tag);
    if (read?.kind === 'pending') copies.push(read.pending);
    else if (read?.kind === 'result') results.push(read.result);
    else if (read?.kind === 'unclear' && read.about === 'record') unclear.push(read);
  }
  if (unclear.length + copies.length + results.length + marks.length === 0) return NONE;
  const ended = new Set(results.map(({ id }) => id));
  const open = copies.filter(({ id }) => !ended.has(id));
  unclear.push(...clashing(open));
  const [active, ...later] = combined(open).sort(oldestFirst);
  const failures = results.filter(({ outcome }) => outcome === 'failure').sort(newestFirst);
  return {
    unclear,
    failure: failures[0],
    active,
    later,
    enoperm: results.filter(({ outcome }) => outcome === 'enoperm').sort(newestFirst),
    finished: results.filter(({ outcome }) => outcome !== 'failure').map(({ tag }) => tag),
    tidy: unclear.length > 0 ? undefined : tidying(copies, open, marks),
    starts: new Set(marks.map(({ id }) => id)),
    any: true,
  };
}

/** A tie is broken by the id, so that every pass takes the same one first. */
function oldestFirst(one: Pending, other: Pending): number {
  return one.since - other.since || (one.id < other.id ? -1 : 1);
}

function newestFirst(one: Result, other: Result): number {
  return other.at - one.at || (one.tag < other.tag ? -1 : 1);
}
