import type { Demand } from './demand.ts';
import type { Room } from './facts.ts';
import type { Places } from './places.ts';

/** Whether a step finds its room, and where as far as that is known. */
export type Fit =
  | { readonly kind: 'fits'; readonly nodes: readonly (string | undefined)[] }
  | { readonly kind: 'no-room'; readonly because: string };

interface Free {
  readonly name: string;
  /** MiB that nobody more important has been given; undefined where the node did not tell. */
  left: { memory: number; disk: number } | undefined;
}

/**
 * Gives out what is free, so that it has to be asked in the order of importance. A node that did not tell is one that
 * Ganeti's allocator may know more of: it is as good as one with room, but only where none is known to have it.
 */
export class RoomLeft {
  readonly #byGroup: ReadonlyMap<string, readonly Free[]>;
  readonly #byName: ReadonlyMap<string, Free>;

  constructor(places: Places, room: Room | undefined) {
    this.#byGroup = new Map(
      [...places].map(([group, names]) => [
        group,
        names.map((name): Free => {
          const told = room?.get(name);
          return { name, left: told === undefined ? undefined : { memory: told.memory, disk: told.disk } };
        }),
      ]),
    );
    this.#byName = new Map([...this.#byGroup.values()].flat().map((node) => [node.name, node]));
  }

  /** All or nothing; `known`: only a node that told what it has will do. */
  reserve(group: string, demands: readonly Demand[], known: boolean): Fit {
    const chosen: Free[] = [];
    for (const demand of demands) {
      const node = this.#find(group, demand, chosen, known);
      if (node === undefined) return { kind: 'no-room', because: this.#lack(group, demand, known) };
      chosen.push(node);
    }
    for (const [index, { left }] of chosen.entries()) {
      if (left === undefined) continue;
      left.memory -= demands[index]?.memory ?? 0;
      left.disk -= demands[index]?.disk ?? 0;
    }
    const nodes = chosen.map(({ name, left }) => (left === undefined ? undefined : name));
    return { kind: 'fits', nodes };
  }

  #find(group: string, demand: Demand, taken: readonly Free[], known: boolean): Free | undefined {
    let best: Free | undefined;
    for (const node of this.#candidates(group, demand)) {
      if (taken.includes(node)) continue;
      if (node.left === undefined) {
        if (!known) best ??= node;
      } else if (
        node.left.memory >= demand.memory &&
        node.left.disk >= demand.disk &&
        roomier(node, best, demand)
      ) {
        best = node;
      }
    }
    return best;
  }

  #candidates(group: string, { on, not }: Demand): readonly Free[] {
    if (on === undefined) return (this.#byGroup.get(group) ?? []).filter(({ name }) => !not.includes(name));
    const node = this.#byName.get(on);
    return node === undefined ? [] : [node];
  }

  #lack(group: string, demand: Demand, known: boolean): string {
    const nodes = this.#candidates(group, demand);
    if (nodes.length === 0) return 'its group has not enough other online nodes';
    const needs = [
      ...(demand.memory > 0 ? [`${demand.memory} MiB of memory`] : []),
      ...(demand.disk > 0 ? [`${demand.disk} MiB of disk`] : []),
    ].join(' and ');
    if (known && nodes.every(({ left }) => left === undefined))
      return 'no node it could go to tells what is free';
    return `no online node of its group has ${needs} free, besides what more important instances get`;
  }
}

/** By what is rather short on the way there: disks where any are made. */
function roomier({ left }: Free, best: Free | undefined, { disk }: Demand): boolean {
  if (left === undefined) return false;
  if (best?.left === undefined) return true;
  return disk > 0 ? left.disk > best.left.disk : left.memory > best.left.memory;
}
