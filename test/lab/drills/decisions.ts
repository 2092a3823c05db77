// What was decided, so that a drill can be compared with its scenario: in order, whatever the hosts are called.
import type { LedgerEvent } from '../../../src/sweep/ledger.ts';

/** A line of a ledger, as far as it is looked at. */
export interface LedgerLine {
  readonly at: number;
  readonly event: string;
  readonly node?: string | undefined;
  readonly hold?: string | undefined;
  readonly power?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly instance?: string | undefined;
  readonly outcome?: string | undefined;
}

export interface Decision {
  readonly what: string;
  /** From and to, of the master role; else a set, sorted: what was decided of several in a row may come in any order. */
  readonly hosts: readonly string[];
}

/** Holds that pass by themselves, seen or not by the moment of a look: no decisions. */
const PASSING_HOLDS: readonly string[] = ['fencing', 'unknown', 'answers', 'no-quorum', 'master'];
/** Without proof for less than this: between a node's loss and its fencing somebody happened to look. */
const PASSING_MS = 5_000;
export const MASTER_MOVES = 'the master role moves';

/**
 * Who was marked offline, drained, taken back or held, where the role went, and how each instance's repair ended, of the
 * ledgers of all hosts.
 */
export function decisionsOf(entries: readonly LedgerLine[]): readonly Decision[] {
  const ordered = entries.toSorted((a, b) => a.at - b.at);
  const lasting = ordered.filter((entry, index) => !passes(entry, ordered.slice(index + 1)));
  const all = lasting.flatMap((entry) => decisionOf(entry) ?? []);
  const news = all.filter((one, index) => !isRepeated(one, all.slice(0, index)));
  return [...news.reduce<readonly Decision[]>(together, []), ...repairsEnded(ordered)];
}

/**
 * Sorted: which repair ends first, and before or after what else, hangs on how long Ganeti's jobs take. Instances with a
 * number at their end are several of a kind, as many as the drill needs.
 */
function repairsEnded(entries: readonly LedgerLine[]): readonly Decision[] {
  const ended = entries.filter(({ event }) => event === 'repair-ended');
  const what = ended.map(({ instance, outcome }) => `${hostOf(instance).replace(/\d+$/, '')} (${outcome})`);
  return [...new Set(what)].sort().map((each) => ({ what: `repair: ${each}`, hosts: [] }));
}

function decisionOf(entry: LedgerLine): Decision | undefined {
  const of = (what: string): Decision => ({ what, hosts: [hostOf(entry.node)] });
  // Of another version's event nothing is known.
  const event = entry.event as LedgerEvent['event'];
  switch (event) {
    case 'offline-submitted':
    case 'drain-submitted':
    case 'undrain-submitted':
    case 'readmit-submitted':
      return of(event.replace('-submitted', ''));
    case 'power-submitted':
      return of(entry.power ?? 'power');
    case 'held':
      return of(`hold (${entry.hold ?? ''})`);
    // Where it stays, or is taken from where somebody moved it by hand, there is nothing to take: Pacemaker's start tells.
    case 'master-taken':
      return entry.from === entry.to
        ? undefined
        : { what: MASTER_MOVES, hosts: [hostOf(entry.from), hostOf(entry.to)] };
    case 'queue-drained':
    case 'queue-undrained':
      return { what: event, hosts: [] };
    // Followed by a job that is submitted, or by none.
    case 'decided':
    // A master that is cut off may be dead before it gives the role up.
    case 'master-released':
    // How jobs end, who looks when, and what is told of it: tenths of a second decide.
    case 'job-ended':
    case 'trouble':
    case 'storm':
    case 'alert':
    // What heals by itself, or is done only where it is still needed.
    case 'shun':
    case 'connections-ended':
    case 'stuck':
    case 'redist-submitted':
    case 'master-ip-submitted':
    // How they end is told at the end; what is done for it, and in how many steps, goes by the jobs' results.
    case 'repair-begun':
    case 'repair-submitted':
    case 'repair-ended':
    case 'repair-held':
    case 'repair-withdrawn':
      return undefined;
    default:
      event satisfies never;
      return undefined;
  }
}

function hostOf(node = ''): string {
  return node.split('.')[0] ?? node;
}

function passes({ event, hold = '', node, at }: LedgerLine, later: readonly LedgerLine[]): boolean {
  if (event !== 'held') return false;
  if (PASSING_HOLDS.includes(hold)) return true;
  const next = later.find((entry) => entry.node === node && decisionOf(entry) !== undefined);
  return hold === 'evidence' && next !== undefined && next.at - at < PASSING_MS;
}

/** The last that was decided of the same hosts: tried again, or noted by another host. */
function isRepeated({ what, hosts }: Decision, before: readonly Decision[]): boolean {
  const last = before.findLast((one) => one.hosts.join() === hosts.join());
  return last?.what === what;
}

function together(all: readonly Decision[], one: Decision): readonly Decision[] {
  const last = all.at(-1);
  if (last?.what !== one.what || one.what === MASTER_MOVES) return [...all, one];
  return [...all.slice(0, -1), { what: one.what, hosts: [...last.hosts, ...one.hosts].sort() }];
}

/** Whether both are the same under some renaming of the hosts: a drill's lab may have another master. */
export function agree(one: readonly Decision[], other: readonly Decision[]): boolean {
  const [names, others] = [namesIn(one), namesIn(other)];
  const wanted = JSON.stringify(other);
  return (
    names.length === others.length &&
    ordersOf(others).some((order) => JSON.stringify(renamed(one, new Map(zip(names, order)))) === wanted)
  );
}

/** A line each, hosts named as they come up: for people to compare. */
export function decisionLines(decisions: readonly Decision[]): readonly string[] {
  const names = namesIn(decisions);
  const aliases = new Map(names.map((name, index) => [name, `node ${index + 1}`]));
  return renamed(decisions, aliases).map(
    ({ what, hosts }) => `${what}${hosts.length === 0 ? '' : ': '}${hosts.join(', ')}`,
  );
}

function namesIn(decisions: readonly Decision[]): readonly string[] {
  return [...new Set(decisions.flatMap(({ hosts }) => hosts))];
}

function renamed(decisions: readonly Decision[], names: ReadonlyMap<string, string>): readonly Decision[] {
  return decisions.map(({ what, hosts }) => {
    const given = hosts.map((host) => names.get(host) ?? host);
    return { what, hosts: what === MASTER_MOVES ? given : given.sort() };
  });
}

function zip(keys: readonly string[], values: readonly string[]): readonly [string, string][] {
  return keys.map((key, index) => [key, values[index] ?? '']);
}

/** All orders of a few names. */
function ordersOf(names: readonly string[]): readonly (readonly string[])[] {
  if (names.length === 0) return [[]];
  return names.flatMap((first) =>
    ordersOf(names.filter((name) => name !== first)).map((rest) => [first, ...rest]),
  );
}
