// Each repair is done once, and no instance whose repair is allowed is forgotten.

import { isUnfinished } from '../../src/simulate/ganeti-queue.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import { isInMaintenance } from './orders-truth.ts';
import { REPAIR, type Violation, type Watched } from './violation.ts';
import { HOLDS_EVERYBODY, isOfflineByFiles, servesSince } from './watch-forgotten.ts';

/** Longer than a take-over, its sweep, and two monitors. */
const BOUND_MS = 150_000;

/** How often the master looks without a cause. */
const PERIOD_MS = 300_000;

/** Repairs cannot be looked at, the look was cut short, or the master's disk takes nothing, tags neither. */
const HOLDS_REPAIRS = /^(?:warning|error): GNH(?:313|400|41[0-2]) /;

const SHARED = ['sharedfile', 'diskless'];
const ALLOWS_FAILOVER = ['failover', 'reinstall'].map((type) => `ganeti:watcher:autorepair:${type}`);

export function watchRepairs({ stage, tell }: Watched): (text: string) => void {
  const { ganeti } = stage;
  return (text) => {
    const [, instance] = /^job \d+ submitted: INSTANCE_\w+\(([^)]+)\)/.exec(text) ?? [];
    if (instance === undefined) return;
    const ours = ganeti
      .jobs()
      .filter(isUnfinished)
      .filter(
        ({ ops: [first] }) =>
          first?.instance_name === instance && JSON.stringify(first.reason).includes('gnt-ha:repair:'),
      );
    if (ours.length > 1)
      tell(
        REPAIR,
        `${instance} is repaired twice at once, by ${ours.map(({ id }) => `job ${id}`).join(' and ')}`,
      );
  };
}

/** At the end of a story. */
export function concludeRepairs({ stage }: Watched): readonly Violation[] {
  const { world, ganeti, pacemaker } = stage;
  const atMs = world.clock.now();
  const told = (text: string): Violation => ({ invariant: REPAIR, atMs, text });
  const instances = ganeti.instances();
  const twice = instances.flatMap(({ entry: { name, tags } }) => {
    // One repair has two while its tag is exchanged for another; what somebody asks for once comes on top.
    const ids = tags.flatMap((tag) => /:pending:[^:]+:(?!once)([^:]+)/.exec(tag)?.[1] ?? []);
    const count = new Set(ids).size;
    return count > 1 ? [told(`${name} has ${count} repairs pending`)] : [];
  });
  const [master, another] = ganeti.luxidUp();
  if (master === undefined || another !== undefined || !pacemaker.hasQuorum(master.name)) return twice;
  const calm = pacemaker.masterOn().includes(master.name) && pacemaker.cloneOn().includes(master.name);
  if (!calm || isInMaintenance(master) || atMs - servesSince(stage, master) < BOUND_MS) return twice;
  const allowed = ganeti.newest().cluster.tags.some((tag) => ALLOWS_FAILOVER.includes(tag));
  const forgotten = instances.filter(({ entry }) => {
    const { name, tags, disk_template: template, primary_node: primary, admin_state: admin } = entry;
    if (!allowed || admin === 'offline' || !SHARED.includes(template)) return false;
    if (tags.some((tag) => tag.startsWith('ganeti:watcher:autorepair:'))) return false;
    return ganeti.isOffline(primary) && !isUnheard(master, primary) && !isTold(master, name);
  });
  return [...twice, ...forgotten.map(({ entry }) => told(`${entry.name} is forgotten on its offline node`))];

  /**
   * The job that marks it offline waits for a noded that hangs: until it ends the master's own files have not heard of
   * it, and only the look that comes every five minutes sees it.
   */
  function isUnheard(by: SimHost, node: string): boolean {
    const markedMs = world.lines.findLast(({ text }) => text === `offline: ${node}`)?.ms ?? 0;
    const isSeen = atMs - markedMs > PERIOD_MS + BOUND_MS;
    return !isSeen && ganeti.jobsOn(by.name).some(isUnfinished) && !isOfflineByFiles(by, node);
  }

  /** A reason names the most important instance, and counts the others: `(and 1 more)`. */
  function countsAll(text: string): boolean {
    const more = Number(/\(and (\d+) more\)/.exec(text)?.[1] ?? 0);
    return (
      more > 0 && more + 1 >= instances.filter(({ entry }) => ganeti.isOffline(entry.primary_node)).length
    );
  }

  /** Some time: what stands is told once in hours. */
  function isTold(by: SimHost, name: string): boolean {
    return world.lines.some(
      ({ host, text }) =>
        host === by.name &&
        (/repair-held|GNH4/.test(text)
          ? text.includes(name) || countsAll(text)
          : HOLDS_EVERYBODY.test(text) || HOLDS_REPAIRS.test(text)),
    );
  }
}
