import type { Observations } from './memory.ts';

/**
 * The memory once these nodes, by Pacemaker's names, have answered although their fencing had succeeded: the events that
 * were known when they were asked (`askedMs`, by this host's clock) prove nothing any more, also when a node is silent
 * later; a broken cable would make two of each of its instances. The same memory where there is nothing to mark.
 */
export function markAnswered(memory: Observations, names: readonly string[], askedMs: number): Observations {
  let isMarked = false;
  const nodes = Object.entries(memory.nodes).map(([name, node]) => {
    if (!names.includes(name)) return [name, node] as const;
    const events = node.events.map((event) => {
      if (event.answeredMs !== undefined || event.firstSeenMs > askedMs) return event;
      isMarked = true;
      return { ...event, answeredMs: askedMs };
    });
    return [name, { ...node, events }] as const;
  });
  return isMarked ? { ...memory, nodes: Object.fromEntries(nodes) } : memory;
}
