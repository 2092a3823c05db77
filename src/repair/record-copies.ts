import { formatPending } from './format-tags.ts';
import type { Pending } from './plan-types.ts';

/** One job that sets, then removes. */
export interface Tidying {
  readonly set: readonly string[];
  readonly remove: readonly string[];
}

/**
 * One pending for each id. A tag is updated by setting the new copy before the old is removed, so that two may stand
 * if somebody died between the two, or if two wrote at once; together they know all jobs.
 */
export function combined(copies: readonly Pending[]): Pending[] {
  return [...byId(copies).values()].map((ofOne) => {
    const jobs = [...new Set(ofOne.flatMap((copy) => copy.jobs))].sort((one, other) => one - other);
    const since = Math.min(...ofOne.map((copy) => copy.since));
    // Where one copy says it all it is the one that stays.
    const whole = ofOne.find((copy) => copy.since === since && copy.jobs.length === jobs.length);
    if (whole !== undefined) return whole;
    const [first] = ofOne;
    const { type, id } = first;
    return { type, id, since, jobs, tag: formatPending({ type, id, since, jobs }) };
  });
}

/** The same repair with two permissions: nobody knows which was meant. */
export function clashing(copies: readonly Pending[]): { readonly tag: string; readonly because: string }[] {
  return [...byId(copies).values()].flatMap((ofOne) => {
    const other = ofOne.find(({ type }) => type !== ofOne[0].type);
    return other === undefined
      ? []
      : [{ tag: other.tag, because: `${ofOne[0].tag} has the same id and another type` }];
  });
}

/** `open`: those of the copies whose repair has no result, which would say more than what was pending. */
export function tidying(
  copies: readonly Pending[],
  open: readonly Pending[],
  marks: readonly { readonly id: string; readonly tag: string }[],
): Tidying | undefined {
  const kept = new Set(combined(open).map(({ tag }) => tag));
  const standing = new Set(copies.map(({ tag }) => tag));
  const ids = new Set(open.map(({ id }) => id));
  const set = [...kept].filter((tag) => !standing.has(tag));
  const remove = [
    ...[...standing].filter((tag) => !kept.has(tag)),
    ...marks.filter(({ id }) => !ids.has(id)).map(({ tag }) => tag),
  ];
  return set.length + remove.length === 0 ? undefined : { set, remove };
}

type OfOne = readonly [Pending, ...Pending[]];

function byId(copies: readonly Pending[]): ReadonlyMap<string, OfOne> {
  const found = new Map<string, OfOne>();
  for (const copy of copies) {
    const others = found.get(copy.id);
    found.set(copy.id, others === undefined ? [copy] : [...others, copy]);
  }
  return found;
}
