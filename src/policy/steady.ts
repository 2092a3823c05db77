/** What a node has to keep being for a while before anything is done for it. */
export type Condition = 'sound' | 'stopped';

/** Since when each node has been what it is, as one host saw it. Plain JSON; gone with a reboot. */
export interface Steadiness {
  /** When the host looked last, by its own clock, milliseconds. */
  readonly atMs: number;
  /** Corosync's ring at that moment. */
  readonly ring: number | undefined;
  readonly nodes: Readonly<Record<string, { readonly condition: Condition; readonly sinceMs: number }>>;
}

/** Nine monitors of the snippet; after a longer silence nobody can say that nothing has happened. */
const MOST_BETWEEN_LOOKS_MS = 180_000;

/**
 * The record after one more look. Whoever joined or left since the last one, any node, begins the count anew for all:
 * between two looks a node may have gone and come back, and only the ring tells. So does a clock that was set back.
 */
export function keepSteady(
  previous: Steadiness | undefined,
  conditions: ReadonlyMap<string, Condition>,
  ring: number | undefined,
  nowMs: number,
): Steadiness {
  const elapsed = nowMs - (previous?.atMs ?? 0);
  const unbroken =
    ring !== undefined && previous?.ring === ring && elapsed >= 0 && elapsed <= MOST_BETWEEN_LOOKS_MS;
  const nodes = [...conditions].map(([node, condition]) => {
    const before = unbroken ? previous?.nodes[node] : undefined;
    const sinceMs = before?.condition === condition ? Math.min(before.sinceMs, nowMs) : nowMs;
    return [node, { condition, sinceMs }] as const;
  });
  return { atMs: nowMs, ring, nodes: Object.fromEntries(nodes) };
}

/** Since when, if the node is in that condition now; undefined if it is not. */
export function steadySince(
  steadiness: Steadiness | undefined,
  node: string,
  condition: Condition,
): number | undefined {
  const entry = steadiness?.nodes[node];
  return entry?.condition === condition ? entry.sinceMs : undefined;
}
