import type { Timer, VirtualClock } from './world.ts';

interface Entry {
  readonly ms: number;
  readonly order: number;
  call: (() => void) | undefined;
}

export interface DrivenClock extends VirtualClock {
  /** The moment of the next event; undefined where nothing is to come. */
  next(): number | undefined;
  /** Goes to this moment and calls all that is due then, in the order it was asked for. */
  advanceTo(ms: number): void;
}

/** Virtual time: nothing passes but by `advanceTo`. A heap by moment, then by order of asking. */
export function virtualClock(): DrivenClock {
  const heap: Entry[] = [];
  let now = 0;
  let order = 0;
  const after = (ms: number, call: () => void): Timer => {
    const entry: Entry = { ms: now + Math.max(0, Number.isFinite(ms) ? ms : 0), order: order++, call };
    push(heap, entry);
    return {
      cancel: () => {
        entry.call = undefined;
      },
    };
  };
  const dropCancelled = (): void => {
    while (heap[0] !== undefined && heap[0].call === undefined) pop(heap);
  };
  return {
    now: () => now,
    after,
    sleep: (ms) => new Promise((resolve) => after(ms, resolve)),
    next: () => {
      dropCancelled();
      return heap[0]?.ms;
    },
    advanceTo: (ms) => {
      now = Math.max(now, ms);
      const last = order;
      for (;;) {
        dropCancelled();
        const [first] = heap;
        // What is asked for meanwhile waits until those that were woken have run on.
        if (first === undefined || first.ms > now || first.order >= last) return;
        pop(heap);
        first.call?.();
      }
    },
  };
}

function before(a: Entry, b: Entry): boolean {
  return a.ms < b.ms || (a.ms === b.ms && a.order < b.order);
}

function push(heap: Entry[], entry: Entry): void {
  let at = heap.length;
  heap.push(entry);
  while (at > 0) {
    const parent = (at - 1) >> 1;
    const above = heap[parent];
    if (above === undefined || !before(entry, above)) break;
    heap[at] = above;
    at = parent;
  }
  heap[at] = entry;
}

function pop(heap: Entry[]): void {
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return;
  let at = 0;
  for (;;) {
    const left = heap[2 * at + 1];
    const right = heap[2 * at + 2];
    const [child, index] =
      left !== undefined && right !== undefined && before(right, left)
        ? [right, 2 * at + 2]
        : [left, 2 * at + 1];
    if (child === undefined || before(last, child)) break;
    heap[at] = child;
    at = index;
  }
  heap[at] = last;
}
