// Invariant 2: whom was fencing done to in vain?
import { isUnfinished } from '../../src/simulate/ganeti-queue.ts';
import { DATA_DIR } from '../../src/simulate/ganeti-state.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';
import { type FencingTruth, isFencingFailing, isGivenUp } from './fencing-truth.ts';
import type { LedgerLine } from './ledger-lines.ts';
import { isInMaintenance } from './orders-truth.ts';
import type { Violation } from './violation.ts';

const SSCONF_OFFLINE = `${DATA_DIR}/ssconf_offline_nodes`;

const BEGINS = /^(?:luxid up|pacemaker: ganeti-master (?:started|promoted|found \w+))$/;

/** Since when the host has luxid and, by Pacemaker, the role: from there on its monitors follow up what dies. */
export function servesSince({ world }: Stage, { name }: SimHost): number {
  return world.lines.findLast(({ host, text }) => host === name && BEGINS.test(text))?.ms ?? 0;
}

/** Long enough for a take-over, a sweep and its job. */
export const BOUND_MS = 150_000;

/** At the end of a story; only where one master has been up all the time that is allowed. */
export function forgotten(
  stage: Stage,
  truth: FencingTruth,
  ledgers: readonly LedgerLine[],
): readonly Violation[] {
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
  const sinceMs = servesSince(stage, master);
  // Pacemaker wants the master itself dead, in vain: it calls no agent there any more.
  if (isGivenUp(world.lines, master.name)) return [];
  // By the master that works: a dead one may have written a newer configuration that reached nobody.
  const nodes = Object.values((ganeti.configOf(master.name) ?? ganeti.newest()).nodes);
  const offline = new Set(nodes.flatMap((node) => (node.offline ? [node.name] : [])));
  return [...truth.fencedAt].flatMap(([name, atMs]): readonly Violation[] => {
    const host = world.host(name);
    if (host === undefined || offline.has(host.ganetiName)) return [];
    if (truth.isBack(name) || now - Math.max(atMs, sinceMs) < BOUND_MS) return [];
    if (isStillOfflineByFiles(stage, master, host)) return [];
    if (isTold(stage, ledgers, master, host, atMs)) return [];
    return [{ invariant: 2, atMs: now, text: `${name} was fenced, is not offline, and nobody says why` }];
  });
}

/**
 * The cluster or Ganeti cannot be asked, pauses stand or are not known, the look was cut short, another master is told. A
 * luxid that only took too long over a job, or refused one, holds nobody but those it is about.
 */
export const HOLDS_EVERYBODY =
  /^(?:warning|error): GNH(?:109|301|302(?! luxid on this master took too long| ganeti-luxid refused)|32[012]|370) /;

/**
 * An administrator's job changes what these agents had marked, and still waits for a noded that hangs: until it ends not
 * even the master's own files have heard of it.
 */
function isStillOfflineByFiles({ ganeti }: Stage, master: SimHost, { ganetiName }: SimHost): boolean {
  return ganeti.jobsOn(master.name).some(isUnfinished) && isOfflineByFiles(master, ganetiName);
}

export function isOfflineByFiles({ disk }: SimHost, ganetiName: string): boolean {
  const file = disk.read(SSCONF_OFFLINE);
  return file.kind === 'text' && file.text.split('\n').includes(ganetiName);
}

/** The reasons that the master's monitor shows, or has shown a moment ago. Of what it told before the causes are over. */
function shownBy({ world }: Stage, { name }: SimHost): readonly string[] {
  const states = world.lines.filter(
    ({ host, text }) => host === name && /^pacemaker: ganeti-node (?:fine again|degraded: )/.test(text),
  );
  const sinceMs = world.clock.now() - BOUND_MS;
  const still = states.filter(
    ({ ms }, index) => ms > sinceMs || (states[index + 1]?.ms ?? Infinity) > sinceMs,
  );
  return still.map(({ text }) => text.replace('pacemaker: ganeti-node degraded:', 'warning:'));
}

/** Holds that wait for proof of its death. */
const ENDED_BY_FENCING: readonly string[] = ['fencing', 'evidence'];

/**
 * Whether the master has given a reason for not marking the host offline since it was fenced: in its ledger, or where
 * that is full, in its log. What a success of its fencing ends is none any more; another hold of before may still be the
 * last word.
 */
function isTold(
  stage: Stage,
  ledgers: readonly LedgerLine[],
  master: SimHost,
  { name, ganetiName }: SimHost,
  sinceMs: number,
): boolean {
  const states = shownBy(stage, master);
  if (states.some((text) => HOLDS_EVERYBODY.test(text))) return true;
  const shown = new Set(states.flatMap((text) => text.match(/GNH\d{3}/g) ?? []));
  if (shown.size === 0) return false;
  const own = ledgers.filter(({ by }) => by === master.name);
  const troubles = own.flatMap(({ ms, entry }) =>
    entry.event === 'trouble' ? [{ ms, text: `warning: ${entry.code} ${entry.text}` }] : [],
  );
  const logged = stage.world.lines.filter(({ host: by }) => by === master.name);
  const about = new RegExp(`(?<![\\w.-])(?:${ganetiName}|${name})(?![\\w-])`);
  const said = [...logged, ...troubles].some(({ ms, text }) => {
    const code = /^(?:warning|error): (GNH\d{3}) /.exec(text)?.[1];
    if (ms < sinceMs || code === undefined || !shown.has(code)) return false;
    // In brackets stands who else has a place, or is down.
    return (
      HOLDS_EVERYBODY.test(text) || (code.startsWith('GNH3') && about.test(text.replace(/\([^()]*\)/g, '')))
    );
  });
  if (said) return true;
  const last = own.findLast(
    ({ entry }) => 'node' in entry && entry.node === ganetiName && entry.event !== 'alert',
  )?.entry;
  return last?.event === 'held' && !ENDED_BY_FENCING.includes(last.hold);
}
