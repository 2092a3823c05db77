import type { RepairFacts, RepairNode } from './facts.ts';

/** Where instances may go: by uuid of a group the names of its online nodes, in order. */
export type Places = ReadonlyMap<string, readonly string[]>;

export function placesOf(nodes: RepairFacts['nodes']): Places {
  const places = new Map<string, string[]>();
  for (const { name, group, state } of nodes.values()) {
    if (state !== 'online') continue;
    const names = places.get(group);
    if (names === undefined) places.set(group, [name]);
    else names.push(name);
  }
  for (const names of places.values()) names.sort();
  return places;
}

/** Whether a node's group has an online node besides that one. */
export function hasOther(places: Places, { name, group }: RepairNode): boolean {
  return places.get(group)?.some((other) => other !== name) ?? false;
}
