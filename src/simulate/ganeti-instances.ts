// Where instances run and where their data is, whatever the configuration says of it.

import type { Configuration, InstanceEntry } from './ganeti-configuration.ts';
import type { Copy, Ganeti, GanetiHost } from './ganeti-state.ts';

const LOCAL: readonly string[] = ['plain', 'file', 'drbd'];

/** Whether its data is on the disks of its nodes. */
export function isLocal({ disk_template: template }: InstanceEntry): boolean {
  return LOCAL.includes(template);
}

/** An instance as it is. */
export interface TrueInstance {
  readonly entry: InstanceEntry;
  /** Pacemaker's names; more than one is a disaster. */
  readonly runsOn: readonly string[];
  /** Pacemaker's name, or `shared`. */
  readonly copies: readonly { readonly on: string; readonly copy: Copy }[];
}

/** All that the configuration lists. */
export function trueInstances({ hosts, shared }: Ganeti, config: Configuration): readonly TrueInstance[] {
  return Object.values(config.instances).map((entry) => {
    const common = shared.get(entry.name);
    const own = hosts.flatMap(({ host, copies }) => {
      const copy = copies.get(entry.name);
      return copy === undefined ? [] : [{ on: host.name, copy }];
    });
    return {
      entry,
      runsOn: hosts.filter(({ instances }) => instances.has(entry.name)).map(({ host }) => host.name),
      copies: common === undefined ? own : [{ on: 'shared', copy: common }, ...own],
    };
  });
}

/** As the story begins: everybody's data is good. */
export function createCopies(ganeti: Ganeti, config: Configuration): void {
  for (const entry of Object.values(config.instances)) {
    const copy: Copy = { installation: 1, state: 'good', disk: entry.disk };
    if (!isLocal(entry)) ganeti.shared.set(entry.name, copy);
    else for (const at of nodesOf(ganeti, entry)) at.copies.set(entry.name, copy);
    ganeti.mirrors.set(
      entry.name,
      nodesOf(ganeti, entry).map(({ host }) => host.ganetiName),
    );
  }
}

function nodesOf(ganeti: Ganeti, entry: InstanceEntry): readonly GanetiHost[] {
  const names = [entry.primary_node, ...(entry.secondary_node === undefined ? [] : [entry.secondary_node])];
  return names.flatMap((name) => ganeti.named(name) ?? []);
}

/** After the first boot of their host; later it is somebody's decision. */
export function runFirstInstances(at: GanetiHost, config: Configuration): void {
  for (const entry of Object.values(config.instances)) {
    if (entry.admin_state !== 'up' || entry.primary_node !== at.host.ganetiName) continue;
    const node = Object.values(config.nodes).find(({ name }) => name === entry.primary_node);
    if (node?.offline !== true) at.instances.add(entry.name);
  }
}

/** Begins to run on this host, if it does not already. What it writes from now on, a mirror out of reach misses. */
export function runHere(ganeti: Ganeti, at: GanetiHost, entry: InstanceEntry): void {
  if (at.instances.has(entry.name)) return;
  at.instances.add(entry.name);
  const state = copyOf(ganeti, at, entry)?.state ?? 'good';
  const on = state === 'good' ? '' : ` on disks that are ${state}`;
  ganeti.world.log(at.host, `${entry.name} runs here${on}`);
  leaveBehind(ganeti);
}

export function stopHere(ganeti: Ganeti, at: GanetiHost, name: string): void {
  if (at.instances.delete(name)) ganeti.world.log(at.host, `${name} is stopped here`);
}

/** The host has lost its power. */
export function endInstances({ world }: Ganeti, at: GanetiHost): void {
  for (const name of at.instances) world.log(at.host, `${name} dies with its host`);
  at.instances.clear();
}

/** The copy that an instance sees that runs on this host. */
export function copyOf({ shared }: Ganeti, at: GanetiHost, entry: InstanceEntry): Copy | undefined {
  return isLocal(entry) ? at.copies.get(entry.name) : shared.get(entry.name);
}

/** Copies that a running instance does not reach, or that are none of its mirror any more, miss what it writes. */
export function leaveBehind(ganeti: Ganeti): void {
  const { world, hosts, mirrors } = ganeti;
  for (const at of hosts) {
    for (const name of at.instances) {
      const mirror = mirrors.get(name) ?? [];
      const own = at.copies.get(name);
      for (const other of hosts) {
        const copy = other === at ? undefined : other.copies.get(name);
        // What was there before a reinstallation is not written to any more by anybody.
        if (copy?.state !== 'good' || copy.installation !== own?.installation) continue;
        if (mirror.includes(other.host.ganetiName) && world.connected(at.host, other.host)) continue;
        other.copies.set(name, { ...copy, state: 'behind' });
        world.log(other.host, `${name}: the copy here falls behind`);
      }
    }
  }
}

/** Between these nodes DRBD copies what the instance writes, from now on. */
export function setMirror(ganeti: Ganeti, name: string, nodes: readonly string[]): void {
  ganeti.mirrors.set(name, nodes);
  leaveBehind(ganeti);
}

/** The copy here is what the one there is. */
export function becomeEqual({ world }: Ganeti, from: GanetiHost, to: GanetiHost, name: string): void {
  const copy = from.copies.get(name);
  if (copy === undefined) return;
  to.copies.set(name, copy);
  world.log(to.host, `${name}: the copy here is in sync`);
}

export function removeCopy({ world }: Ganeti, at: GanetiHost, name: string): void {
  if (at.copies.delete(name)) world.log(at.host, `${name}: the copy here is removed`);
}

/** MiB that are not in use at this moment. */
export function freeMemory({ nodeMemory }: Ganeti, config: Configuration, at: GanetiHost): number {
  const running = [...at.instances].flatMap((name) => config.instances[name] ?? []);
  return running.reduce((rest, { memory }) => rest - memory, nodeMemory);
}

/** MiB of all that runs there or should run there, as an allocator counts it (lib/masterd/iallocator.py:688). */
export function reservedMemory(config: Configuration, at: GanetiHost): number {
  const mine = Object.values(config.instances).filter(
    (entry) =>
      at.instances.has(entry.name) ||
      (entry.admin_state === 'up' && entry.primary_node === at.host.ganetiName),
  );
  return mine.reduce((sum, { memory }) => sum + memory, 0);
}

/** MiB. */
export function freeDisk({ nodeDisk }: Ganeti, at: GanetiHost): number {
  return [...at.copies.values()].reduce((rest, { disk }) => rest - disk, nodeDisk);
}
