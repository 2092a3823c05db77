// Invariant 3: two masters never work side by side, and one that lost quorum stops.
import { isInMaintenance } from './orders-truth.ts';
import type { Watched } from './violation.ts';

/** How long two luxids may overlap: a rebooted master's own start has not yet lost its vote. */
const TWO_MASTERS_MS = 60_000;
/** A partition without quorum is noticed by Pacemaker at once; a luxid that hangs takes 30 s to be stopped. */
const NO_QUORUM_MS = 90_000;
const SAMPLE_MS = 1_000;

export function watchMasters({ stage, tell }: Watched, endedMs: (name: string) => number | undefined): void {
  const { world, ganeti, pacemaker } = stage;
  let twoSince: number | undefined;
  const aloneSince = new Map<string, number>();
  const sample = (): void => {
    world.clock.after(SAMPLE_MS, sample);
    const now = world.clock.now();
    const masters = ganeti.luxidUp().filter(({ on }) => on);
    if (masters.length < 2) twoSince = undefined;
    else twoSince ??= now;
    if (twoSince !== undefined && now - twoSince === TWO_MASTERS_MS)
      tell(3, `luxid works on ${masters.map(({ name }) => name).join(' and ')} side by side`);
    for (const host of world.hosts) {
      const { name } = host;
      // Pacemaker must be there to stop anything. Whether it has the role on record there does not matter: one that
      // was released goes on until the successor stops it, and none comes without quorum.
      const works = masters.some((one) => one.name === name);
      const alone = works && pacemaker.dcOf(name) !== undefined && !pacemaker.hasQuorum(name);
      if (!alone || isInMaintenance(host)) aloneSince.delete(name);
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
