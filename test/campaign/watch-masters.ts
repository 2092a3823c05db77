// Invariant 3: two masters never work side by side, and one that lost quorum stops.
import type { SimHost } from '../../src/simulate/world.ts';
import { isInMaintenance } from './orders-truth.ts';
import type { Watched } from './violation.ts';

/** How long two luxids may overlap beside the interval of a monitor: a rebooted master's own start has not yet lost its vote. */
const TWO_MASTERS_MS = 60_000;
/** One that no agent of its own stops is found by the new master's next look; a quiet monitor takes one each minute. */
const QUIET_MS = 60_000;
/** A partition without quorum is noticed by Pacemaker at once; a luxid that hangs takes 30 s to be stopped. */
const NO_QUORUM_MS = 90_000;
const SAMPLE_MS = 1_000;

export function watchMasters(
  { stage, rules, tell }: Watched,
  endedMs: (name: string) => number | undefined,
): void {
  const { world, ganeti, pacemaker, faults } = stage;
  /** Nothing of ours runs on it, so that nothing on that host stops a luxid there. */
  const isUnattended = (host: SimHost): boolean =>
    !pacemaker.cloneOn().includes(host.name) || isInMaintenance(host);
  /** Where Pacemaker does not answer nobody can know; whom it wanted fenced, in vain, it calls no stop on any more. */
  const isExcused = (host: SimHost): boolean =>
    isInMaintenance(host) ||
    faults.deafPacemaker.has(host.name) ||
    world.lines.some(({ text }) => text.startsWith(`fencing: ${host.name} given up `));
  /** An administrator makes a master of a node that is out of service: its agent tells (GNH109), and leaves it to people. */
  const isForced = ({ name, ganetiName }: SimHost): boolean =>
    ganeti.isOffline(ganetiName) && world.lines.some(({ text }) => text === `> master-failover ${name}`);
  const twoSince = new Map<string, number>();
  const aloneSince = new Map<string, number>();
  const sample = (): void => {
    world.clock.after(SAMPLE_MS, sample);
    const now = world.clock.now();
    const masters = ganeti.luxidUp().filter(({ on }) => on);
    const pairs = masters.flatMap((one, index) =>
      masters.slice(index + 1).map((other) => [one, other] as const),
    );
    const seen = new Set<string>();
    for (const [one, other] of pairs) {
      const unattended = isUnattended(one) || isUnattended(other);
      // Nor does another tell it where it is out of reach, or where Pacemaker cannot place the role anywhere.
      const placed = pacemaker.masterOn().length > 0;
      const beyond = !world.connected(one, other) || !placed;
      if ((unattended && beyond) || isForced(one) || isForced(other)) continue;
      const both = `${one.name} and ${other.name}`;
      seen.add(both);
      const since = twoSince.get(both) ?? now;
      twoSince.set(both, since);
      if (now - since < TWO_MASTERS_MS + rules.monitorMs + (unattended ? QUIET_MS : 0)) continue;
      twoSince.set(both, Number.POSITIVE_INFINITY);
      tell(3, `luxid works on ${both} side by side`);
    }
    for (const both of twoSince.keys()) if (!seen.has(both)) twoSince.delete(both);
    for (const host of world.hosts) {
      const { name } = host;
      // Pacemaker must be there to stop anything. Whether it has the role on record there does not matter: one that
      // was released goes on until the successor stops it, and none comes without quorum.
      const works = masters.some((one) => one.name === name);
      const alone = works && pacemaker.dcOf(name) !== undefined && !pacemaker.hasQuorum(name);
      if (!alone || isExcused(host)) aloneSince.delete(name);
      else if (!aloneSince.has(name)) aloneSince.set(name, now);
      const sinceMs = aloneSince.get(name) ?? now;
      // Where nothing of ours ran any more when quorum was lost, as in standby, Pacemaker calls nobody who could.
      const called = (endedMs(name) ?? 0) > sinceMs;
      if (now - sinceMs === NO_QUORUM_MS && called)
        tell(3, `luxid works on ${name}, which has had no quorum for ${NO_QUORUM_MS / 1_000} s`);
    }
  };
  sample();
}
