import type { Env, StatResult } from '../env/env.ts';
import { SIMULATE_DIR } from '../env/paths.ts';

/** What can be faked: sickness, never proof of death. */
export const CONDITIONS = [
  'monitor-fails',
  'start-fails',
  'stop-fails',
  'master-daemon-down',
  'master-ip-missing',
  'not-candidate',
  'luxi-hangs',
  'votes-unreachable',
  'fencing-unproven',
] as const;

export type Condition = (typeof CONDITIONS)[number];

/** The simulation files in force on this host, as one agent sees them. */
export interface Simulations {
  /** `SIMULATED …` text for a condition in force, else undefined. */
  active(condition: Condition): string | undefined;
  /** Files that were refused, each with the reason; they have no effect. */
  readonly refused: readonly string[];
}

/** How long an empty file counts, from its mtime. */
const DEFAULT_LIFETIME_MS = 10 * 60 * 1000;
/** No file counts longer, whatever it says: a drill that nobody ended must not outlive the day. */
const LONGEST_LIFETIME_MS = 24 * 3_600_000;

/** File names may begin with one of these and a dot. */
const AGENTS = ['ganeti-node', 'ganeti-master', 'ganeti-master-promotable'];

export const NO_SIMULATIONS: Simulations = { active: () => undefined, refused: [] };

/**
 * Reads the simulation files for one agent: `CONDITION` is for every agent, `AGENT.CONDITION` for one.
 * Files and folder must belong to root and be writable by nobody else, or they are refused: who can write
 * there could stop the whole cluster. Never throws: no file there may make a `stop` fail, which fences the node.
 */
export function readSimulations(env: Env, agentName: string): Simulations {
  const refused: string[] = [];
  const active = new Map<string, string>();
  try {
    const names = env.files.list(SIMULATE_DIR);
    if (names.length === 0) return NO_SIMULATIONS;
    const folder = env.files.lstat(SIMULATE_DIR);
    for (const name of names) {
      const seen = readOne(env, agentName, name, folder);
      if (seen.kind === 'refused') refused.push(seen.text);
      if (seen.kind === 'active') active.set(seen.condition, seen.text);
    }
  } catch (error) {
    refused.push(`${SIMULATE_DIR} could not be read: ${String(error)}`);
  }
  return { active: (condition) => active.get(condition), refused };
}

type OneFile =
  | { readonly kind: 'active'; readonly condition: Condition; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string }
  | { readonly kind: 'ignored' };

const IGNORED: OneFile = { kind: 'ignored' };

function readOne(env: Env, agentName: string, name: string, folder: StatResult): OneFile {
  // Editors leave such files behind.
  if (name.startsWith('.')) return IGNORED;
  const path = `${SIMULATE_DIR}/${name}`;
  const forAgent = AGENTS.find((agent) => name.startsWith(`${agent}.`));
  const condition = forAgent === undefined ? name : name.slice(forAgent.length + 1);
  if (!isCondition(condition)) {
    return { kind: 'refused', text: `${path} is named after no condition; known: ${CONDITIONS.join(', ')}` };
  }
  if (forAgent !== undefined && forAgent !== agentName) return IGNORED;
  if (!trusted(folder, 'directory', env.host.uid) || !trusted(env.files.lstat(path), 'file', env.host.uid)) {
    const text = `${path} must be a plain file of root, in a folder of root, writable by nobody else`;
    return { kind: 'refused', text };
  }
  const content = env.files.read(path);
  if (content.kind === 'missing') return IGNORED;
  if (content.kind === 'unreadable') return { kind: 'refused', text: `${path}: ${content.message}` };
  const now = env.clock.now();
  if (content.mtimeMs > now + LONGEST_LIFETIME_MS) {
    return { kind: 'refused', text: `${path} was modified in the future, so its end cannot be told` };
  }
  const until = Math.min(expiry(content.text, content.mtimeMs), content.mtimeMs + LONGEST_LIFETIME_MS);
  return until > now ? { kind: 'active', condition, text: describe(path, until) } : IGNORED;
}

function trusted(stat: StatResult, kind: 'file' | 'directory', uid: number): boolean {
  return stat.kind === kind && (stat.uid === 0 || stat.uid === uid) && (stat.mode & 0o022) === 0;
}

function isCondition(text: string): text is Condition {
  return CONDITIONS.some((condition) => condition === text);
}

/**
 * When a file ends, milliseconds since the epoch. Its content may hold a line `until 2026-01-31T12:00:00Z`
 * or `for 30m` (s, m, h; from the mtime); anything else in it is a note. May be any number, infinity too.
 */
function expiry(content: string, mtimeMs: number): number {
  for (const line of content.split('\n')) {
    const until = /^until\s+(\S+)\s*$/.exec(line.trim());
    if (until?.[1] !== undefined) {
      const time = Date.parse(until[1]);
      if (!Number.isNaN(time)) return time;
    }
    const span = /^for\s+(\d+)\s*([smh])\s*$/.exec(line.trim());
    if (span?.[1] !== undefined) return mtimeMs + Number(span[1]) * unitMs(span[2]);
  }
  return mtimeMs + DEFAULT_LIFETIME_MS;
}

function unitMs(unit: string | undefined): number {
  return unit === 'h' ? 3_600_000 : unit === 'm' ? 60_000 : 1_000;
}

function describe(path: string, until: number): string {
  const end = new Date(until).toISOString().replace(/\.\d+Z$/, 'Z');
  return `SIMULATED by ${path} until ${end}. Remove the file to end it.`;
}
