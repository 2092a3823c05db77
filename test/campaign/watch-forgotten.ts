// Invariant 2: whom was fencing done to in vain?
import { LEDGER_FILE } from '../../src/env/paths.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import { type FencingTruth, isFencingFailing, isGivenUp } from './fencing-truth.ts';
import { isInMaintenance } from './orders-truth.ts';
import type { Violation } from './violation.ts';

/** Long enough for a take-over, a sweep and its job. */
export const BOUND_MS = 150_000;

/** At the end of a story; only where one master has been up all the time that is allowed. */
export function forgotten(stage: Stage, truth: FencingTruth): readonly Violation[] {
  const { world, ganeti, pacemaker } = stage;
  const now = world.clock.now();
  const [master, another] = ganeti.luxidUp();
  if (master === undefined || another !== undefined || !pacemaker.hasQuorum(master.name)) return [];
  if (!pacemaker.masterOn().includes(master.name)) return [];
  // No action is called there, unless by an alert.
  if (isInMaintenance(master)) return [];
  // Every start waits for every fencing, that of others too (Pacemaker's order_start_vs_fencing): where one fails,
  // no agent begins on a master that has just booted. Nor where its start was killed, which Pacemaker shows.
  const died = `pacemaker: ganeti-node start failed: 1 the agent died`;
  const waits =
    isFencingFailing(
      world.lines,
      world.hosts.map(({ name }) => name),
    ) || world.lines.some(({ host, text }) => host === master.name && text.startsWith(died));
  if (waits && !pacemaker.cloneOn().includes(master.name)) return [];
  const up = world.lines.findLast(({ host, text }) => host === master.name && text === 'luxid up')?.ms ?? 0;
  // Pacemaker wants the master itself dead, in vain: it calls no agent there any more.
  if (isGivenUp(world.lines, master.name)) return [];
  // By the master that works: a dead one may have written a newer configuration that reached nobody.
  const nodes = Object.values((ganeti.configOf(master.name) ?? ganeti.newest()).nodes);
  const offline = new Set(nodes.flatMap((node) => (node.offline ? [node.name] : [])));
  return [...truth.fencedAt].flatMap(([name, atMs]): readonly Violation[] => {
    const host = world.host(name);
    if (host === undefined || offline.has(host.ganetiName)) return [];
    if (truth.isBack(name) || now - Math.max(atMs, up) < BOUND_MS || isTold(stage, master, host, atMs))
      return [];
    return [{ invariant: 2, atMs: now, text: `${name} was fenced, is not offline, and nobody says why` }];
  });
}

/**
 * The cluster or Ganeti cannot be asked, pauses stand or are not known, the look was cut short, another master is told. A
 * luxid that only took too long over a job, or refused one, holds nobody but those it is about.
 */
export const HOLDS_EVERYBODY =
  /^(?:warning|error): GNH(?:109|301|302(?! luxid on this master took too long| ganeti-luxid refused)|32[012]|370) /;

/** Whether the master gives a reason for not marking the host offline: in its ledger, or where that is full, in its log. */
function isTold({ world }: Stage, master: SimHost, host: SimHost, sinceMs: number): boolean {
  const said = world.lines.some(
    (line) =>
      line.ms >= sinceMs &&
      line.host === master.name &&
      (HOLDS_EVERYBODY.test(line.text) ||
        (/^warning: GNH3\d\d /.test(line.text) && line.text.includes(host.ganetiName))),
  );
  if (said) return true;
  const read = master.disk.read(LEDGER_FILE);
  if (read.kind !== 'text') return false;
  return read.text
    .split('\n')
    .filter((line) => /"event":"(?:held|trouble)"/.test(line))
    .some((line) => line.includes(host.ganetiName) || line.includes(host.name));
}
