// The invariants of the design, looked for in a story that is being played: by what is true in the simulated world,
// not by what the agents believe.
import { LEDGER_FILE } from '../../src/env/paths.ts';
import { BRAKE_WINDOW_MS, brakeCapacity } from '../../src/policy/brake.ts';
import type { Limit } from '../../src/policy/limit.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { SimHost } from '../../src/simulate/world.ts';

export interface Violation {
  /** Its number in the design. */
  readonly invariant: number;
  readonly atMs: number;
  readonly text: string;
}

export interface Rules {
  readonly limit: Limit | undefined;
  readonly evidence: 'fenced' | 'lost';
}

/** How long two luxids may overlap: a rebooted master's own start has not yet lost its vote. */
const TWO_MASTERS_MS = 60_000;
const SAMPLE_MS = 1_000;

export interface Watch {
  readonly violations: readonly Violation[];
  /** What can be said only when the story is over. */
  conclude(): readonly Violation[];
}

/** Begins to watch a story. */
export function watch(stage: Stage, rules: Rules): Watch {
  const { world } = stage;
  const violations: Violation[] = [];
  const fencedAt = new Map<string, number>();
  const memberAt = new Map<string, number>();
  const marked: { readonly node: string; readonly atMs: number }[] = [];
  const tell = (invariant: number, text: string): void => {
    violations.push({ invariant, atMs: world.clock.now(), text });
  };

  watchPrograms(stage, (program) => tell(6, `${program} was run with an empty argument`));
  watchLines(stage, (text) => {
    const fenced = /^fencing: (?:off|reboot) (\S+) (?:done|confirmed)/.exec(text)?.[1];
    if (fenced !== undefined) fencedAt.set(fenced, world.clock.now());
    const member = /^pacemaker: (\S+) member$/.exec(text)?.[1];
    if (member !== undefined) memberAt.set(member, world.clock.now());
    if (/^pacemaker: \S+ (?:stop failed|.* timed out)/.test(text)) tell(text.includes('stop') ? 3 : 7, text);
  });

  const offlineSubmitted = (by: SimHost, node: string): void => {
    const { pacemaker, ganeti } = stage;
    const host = world.host(node);
    if (host === undefined) {
      tell(6, `"${node}" is no node`);
      return;
    }
    const now = world.clock.now();
    const who = `${host.name} was marked offline by ${by.name}`;
    if (pacemaker.isMember(host.name, by.name)) tell(1, `${who} while it was a member`);
    if (!pacemaker.hasQuorum(by.name)) tell(1, `${who} without quorum`);
    const proven = (fencedAt.get(host.name) ?? -1) > (memberAt.get(host.name) ?? 0);
    if (rules.evidence === 'fenced' && !proven)
      tell(1, `${who}, and it has not been fenced since it was a member`);
    if (ganeti.masterByConfig() === node) tell(1, `${who} while it is Ganeti's master`);
    marked.push({ node, atMs: now });
    const inWindow = marked.filter(
      ({ atMs, node: one }) => now - atMs < BRAKE_WINDOW_MS && (one === node || ganeti.isOffline(one)),
    );
    const capacity = brakeCapacity(rules.limit, world.hosts.length);
    const places = new Set(inWindow.map((one) => one.node)).size;
    if (places > capacity)
      tell(1, `${who} as number ${places} within the window, the brake allows ${capacity}`);
  };
  watchLedgers(stage, (host, entry) => {
    if (entry.event === 'offline-submitted' && typeof entry.node === 'string')
      offlineSubmitted(host, entry.node);
  });

  let twoSince: number | undefined;
  const sample = (): void => {
    world.clock.after(SAMPLE_MS, sample);
    const masters = stage.ganeti.luxidUp().filter(({ on }) => on);
    if (masters.length < 2) twoSince = undefined;
    else twoSince ??= world.clock.now();
    if (twoSince !== undefined && world.clock.now() - twoSince === TWO_MASTERS_MS)
      tell(3, `luxid works on ${masters.map(({ name }) => name).join(' and ')} side by side`);
  };
  sample();

  return { violations, conclude: () => [...violations, ...forgotten(stage, fencedAt, memberAt)] };
}

/** Long enough for a take-over, a sweep and its job. */
const BOUND_MS = 150_000;

/** Invariant 2: whom was fencing done to in vain? Only where a master has been up all the time that is allowed. */
function forgotten(
  { world, ganeti, pacemaker }: Stage,
  fencedAt: ReadonlyMap<string, number>,
  memberAt: ReadonlyMap<string, number>,
): readonly Violation[] {
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

function watchPrograms({ world }: Stage, empty: (program: string) => void): void {
  for (const [name, program] of [...world.programs]) {
    world.programs.set(name, (host, command) => {
      if (command.args.some((arg) => arg.trim() === '')) empty(name);
      return program(host, command);
    });
  }
}

function watchLines({ world }: Stage, see: (text: string) => void): void {
  const { log } = world;
  world.log = (host, text) => {
    log(host, text);
    see(text);
  };
}

function watchLedgers(
  { world }: Stage,
  see: (host: SimHost, entry: { readonly event?: unknown; readonly node?: unknown }) => void,
): void {
  for (const host of world.hosts) {
    const { appended } = host.disk;
    host.disk.appended = (path, text) => {
      appended?.(path, text);
      if (path !== LEDGER_FILE) return;
      for (const line of text.split('\n')) if (line.startsWith('{')) see(host, JSON.parse(line));
    };
  }
}
