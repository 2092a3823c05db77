// Invariant 3: two masters never work side by side, and one that lost quorum stops.
import type { SimHost } from '../../src/simulate/world.ts';
import { isGivenUp } from './fencing-truth.ts';
import { isInMaintenance } from './orders-truth.ts';
import type { Watched } from './violation.ts';

/** How long two luxids may overlap beside the interval of a monitor: a rebooted master's own start has not yet lost its vote. */
const TWO_MASTERS_MS = 60_000;
/** One that no agent of its own stops is found by the new master's next look; a quiet monitor takes one each minute. */
export const QUIET_MS = 60_000;
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
  const quorumMs = new Map<string, number>();
  /** Where Pacemaker does not answer nobody can know; whom it wanted fenced, in vain, it calls no stop on any more. */
  const isExcused = (host: SimHost): boolean =>
    isInMaintenance(host) ||
    faults.deafPacemaker.has(host.name) ||
    isGivenUp(world.lines, host.name, quorumMs.get(host.name));
  /** Nodes out of service that an administrator made masters: their agents tell (GNH109), and leave it to people. */
  const forced = new Set<SimHost>();
  let read = 0;
  const noteForced = (): void => {
    for (; read < world.lines.length; read++) {
      const typed = /^> master-failover (\S+)/.exec(world.lines[read]?.text ?? '')?.[1];
      const host = world.hosts.find(({ name }) => name === typed);
      if (host !== undefined && ganeti.isOffline(host.ganetiName)) forced.add(host);
    }
  };
  /** Its noded alone could be told to stop it; that it does not answer is told to people. */
  const isDeafAndTold = (host: SimHost, by: SimHost, sinceMs: number): boolean =>
    isUnattended(host) &&
    ganeti.daemonState(host.name, 'ganeti-noded') !== 'running' &&
    ganeti.masterByConfig() === by.ganetiName &&
    world.lines.some(
      ({ ms, host: teller, text }) =>
        ms >= sinceMs &&
        teller === by.name &&
        text.startsWith(`warning: GNH109 ${host.ganetiName} is up, and its noded does not answer`),
    );
  const twoSince = new Map<string, number>();
  const aloneSince = new Map<string, number>();
  const sample = (): void => {
    world.clock.after(SAMPLE_MS, sample);
    const now = world.clock.now();
    noteForced();
    const masters = ganeti.luxidUp().filter(({ on }) => on);
    const pairs = masters.flatMap((one, index) =>
      masters.slice(index + 1).map((other) => [one, other] as const),
    );
    const seen = new Set<string>();
    for (const [one, other] of pairs) {
      const without = [one, other].filter(isUnattended).length;
      const unattended = without > 0;
      // Nor does the other tell it where that one is out of reach, or nothing of ours runs there either.
      const untold = without === 2 || !world.connected(one, other);
      if ((unattended && untold) || forced.has(one) || forced.has(other)) continue;
      const both = `${one.name} and ${other.name}`;
      seen.add(both);
      // Nor where Pacemaker has placed the role nowhere: that time does not count.
      const lostMs = unattended && pacemaker.masterOn().length === 0 ? SAMPLE_MS : 0;
      const since = (twoSince.get(both) ?? now) + lostMs;
      twoSince.set(both, since);
      if (isDeafAndTold(one, other, since) || isDeafAndTold(other, one, since)) continue;
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
      const hasQuorum = works && pacemaker.hasQuorum(name);
      if (hasQuorum) quorumMs.set(name, now);
      const alone = works && !hasQuorum && pacemaker.dcOf(name) !== undefined;
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
