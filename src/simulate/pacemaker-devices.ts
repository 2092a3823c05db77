/**
 * Where the fence devices run, one for each host: they are resources too, and the master role goes where the fewest
 * are. Each in its turn goes to the node with the fewest so far, stays where it is on a tie, and goes to the first by
 * name else (Pacemaker 2.1.5's default placement, compared with crm_simulate).
 */
export function placeDevices(
  devices: readonly string[],
  running: ReadonlyMap<string, string>,
  nodes: readonly string[],
): ReadonlyMap<string, string> {
  const counts = new Map(nodes.map((node) => [node, 0]));
  const placed = new Map<string, string>();
  for (const device of devices) {
    const now = running.get(device);
    const [best] = nodes.toSorted(
      (a, b) =>
        (counts.get(a) ?? 0) - (counts.get(b) ?? 0) ||
        Number(b === now) - Number(a === now) ||
        (a < b ? -1 : 1),
    );
    if (best === undefined) continue;
    counts.set(best, (counts.get(best) ?? 0) + 1);
    placed.set(device, best);
  }
  return placed;
}

/** How many run on a node. */
export function devicesOn(placed: ReadonlyMap<string, string>, node: string): number {
  return [...placed.values()].filter((where) => where === node).length;
}
