/** How many nodes may be marked offline within the brake's window: a number, or a share of all nodes. */
export type Limit =
  | { readonly kind: 'count'; readonly count: number }
  | { readonly kind: 'fraction'; readonly numerator: number; readonly denominator: number };
