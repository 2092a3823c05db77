/** How many nodes may be marked offline within the brake's window: a number, or a share of all nodes. */
export type Limit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'fraction'; readonly numerator: number; readonly denominator: number };

/** Reads `2` or `1/3`. Anything else, and a fraction of more than one, is undefined. */
export function parseLimit(text: string): Limit | undefined {
  const match = /^(\d{1,4})(?:\/(\d{1,4}))?$/.exec(text.trim());
  if (match === null) return undefined;
  const [, first, second] = match;
  if (second === undefined) return { kind: 'count', count: Number(first) };
  const [numerator, denominator] = [Number(first), Number(second)];
  return denominator === 0 || numerator > denominator
    ? undefined
    : { kind: 'fraction', numerator, denominator };
}
