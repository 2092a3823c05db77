// Invariant 2: whom was fencing done to in vain?
import { LEDGER_FILE } from '../../src/env/paths.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import type { Violation } from './violation.ts';

/** Virtual time of the last fencing of each host, and of its last joining a partition with quorum. */
export interface FencingSeen {
  readonly fencedAt: Map<string, number>;
  readonly memberAt: Map<string, number>;
}

/** Long enough for a take-over, a sweep and its job. */
export const BOUND_MS = 150_000;

/** At the end of a story; only where one master has been up all the time that is allowed. */
export function forgotten(stage: Stage, { fencedAt, memberAt }: FencingSeen): readonly Violation[] {
  const { world, ganeti, pacemaker } = stage;
  const now = world.clock.now();
  const [master, another] = ganeti.luxidUp();
  if (master === undefined || another !== undefined || !pacemaker.hasQuorum(master.name)) return [];
  if (!pacemaker.masterOn().includes(master.name)) return [];
  const up = world.lines.findLast(({ host, text }) => host === master.name && text === 'luxid up')?.ms ?? 0;
  return [...fencedAt].flatMap(([name, atMs]): readonly Violation[] => {
    const host = world.host(name);
    if (host === undefined || ganeti.isOffline(host.ganetiName)) return [];
    const back = (memberAt.get(name) ?? -1) >= atMs;
    if (back || now - Math.max(atMs, up) < BOUND_MS || isTold(master, host)) return [];
    return [{ invariant: 2, atMs: now, text: `${name} was fenced, is not offline, and nobody says why` }];
  });
}

/** Whether the master's ledger gives a reason for not marking the host offline. */
function isTold(master: SimHost, host: SimHost): boolean {
  const read = master.disk.read(LEDGER_FILE);
  if (read.kind !== 'text') return false;
  return read.text
    .split('\n')
    .filter((line) => /"event":"(?:held|trouble)"/.test(line))
    .some((line) => line.includes(host.ganetiName) || line.includes(host.name));
}
