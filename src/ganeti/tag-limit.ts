/** How many nodes at most: a count, or a fraction of all nodes. */
export type Limit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'fraction'; readonly numerator: number; readonly denominator: number };

/** `2` or `1/3`; undefined for anything else, among it fractions above one and numbers of more than four digits. */
export function parseLimit(text: string): Limit | undefined {
  const match = /^(\d{1,4})(?:\/(\d{1,4}))?$/.exec(text);
  if (match === null) return undefined;
  const first = Number(match[1]);
  if (match[2] === undefined) return { kind: 'count', count: first };
  const denominator = Number(match[2]);
  if (denominator === 0 || first > denominator) return undefined;
  return { kind: 'fraction', numerator: first, denominator };
}

/** The one of two limits that allows less in a cluster of this many nodes; `left` where both allow the same. */
export function narrower(left: Limit, right: Limit, nodeCount: number): Limit {
  return share(right, nodeCount) < share(left, nodeCount) ? right : left;
}

function share(limit: Limit, nodeCount: number): number {
  switch (limit.kind) {
    case 'count':
      return limit.count;
    case 'fraction':
      return (nodeCount * limit.numerator) / limit.denominator;
  }
}
