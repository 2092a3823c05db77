// Who was fenced and who was a member, and when: by the simulated power and rings.
import { defaultTokenMs } from '../../src/simulate/corosync.ts';
import type { Stage } from '../../src/simulate/story-verbs.ts';
import type { LogLine } from '../../src/simulate/world.ts';

/** Long enough to be seen between boot and membership, short enough not to miss one. */
const SAMPLE_MS = 500;

/** The most a monitor lets pass until it looks again. */
const MONITOR_MS = 20_000;

export interface FencingTruth {
  /** Told of each line of the story. */
  see(text: string): void;
  /** The last successful fencing of each host, milliseconds of virtual time. */
  readonly fencedAt: ReadonlyMap<string, number>;
  /** The host has been in a partition with quorum since it was fenced; one that is alone is a member of nothing. */
  isBack(name: string): boolean;
  /**
   * It was fenced, and has not been back for more than `graceMs`: whoever looked before could not know. Nor could
   * anybody of one that was back sooner than corosync missed it, and had left again before a monitor came by; in the
   * simulator a host boots within a second, src/evidence/gap.ts.
   */
  isProvenDead(name: string, graceMs: number): boolean;
  /** It is a member and has been for so long; 0 where it is none. */
  memberForMs(name: string): number;
  /** The host's partition has quorum, or had it so long ago at most. */
  hadQuorum(name: string, graceMs: number): boolean;
}

export function fencingTruth({ world, pacemaker }: Stage): FencingTruth {
  const fencedAt = new Map<string, number>();
  const members = new Map<string, { sinceMs: number; lastMs: number; beforeMs: number }>();
  /** Token and consensus timeout. */
  const notMissedMs = 2.2 * defaultTokenMs(world.hosts.length);
  const now = (): number => world.clock.now();
  const sample = (): void => {
    world.clock.after(SAMPLE_MS, sample);
    for (const { name, on } of world.hosts) {
      if (!on || !pacemaker.hasQuorum(name)) continue;
      const known = members.get(name);
      if (known === undefined || now() - known.lastMs > SAMPLE_MS) {
        members.set(name, { sinceMs: now(), lastMs: now(), beforeMs: known?.lastMs ?? -1 });
      } else known.lastMs = now();
    }
  };
  sample();
  const isMember = (name: string): boolean => now() - (members.get(name)?.lastMs ?? -1e9) <= SAMPLE_MS;
  return {
    fencedAt,
    see: (text) => {
      const fenced = /^fencing: (?:off|reboot) (\S+) (?:done|confirmed)/.exec(text)?.[1];
      if (fenced !== undefined) fencedAt.set(fenced, now());
    },
    isBack: (name) => (members.get(name)?.lastMs ?? -1) >= (fencedAt.get(name) ?? 0),
    isProvenDead: (name, graceMs) => {
      const fenced = fencedAt.get(name);
      const { sinceMs = 0, lastMs = 0, beforeMs = 0 } = members.get(name) ?? {};
      if (fenced === undefined) return false;
      if (fenced >= lastMs) return true;
      if (fenced < beforeMs) return false;
      const isUnseen = !isMember(name) && sinceMs - beforeMs < notMissedMs && lastMs - sinceMs < MONITOR_MS;
      return isUnseen || now() - sinceMs <= graceMs;
    },
    memberForMs: (name) => (isMember(name) ? now() - (members.get(name)?.sinceMs ?? 0) : 0),
    hadQuorum: (name, graceMs) => {
      const lastMs = members.get(name)?.lastMs ?? -1e9;
      return pacemaker.hasQuorum(name) || now() - lastMs <= graceMs;
    },
  };
}

/** Its last fencing failed so often, after `sinceMs`, that Pacemaker tries no more by itself. */
export function isGivenUp(lines: readonly LogLine[], name: string, sinceMs = 0): boolean {
  const last = lastOfFencing(lines, name, 'done|confirmed');
  return last?.text.includes(' given up ') === true && last.ms >= sinceMs;
}

/** Some host's last fencing has failed, or was given up. */
export function isFencingFailing(lines: readonly LogLine[], names: readonly string[]): boolean {
  return names.some((name) =>
    / (?:given up|failed) ?/.test(lastOfFencing(lines, name, 'done|confirmed|failed')?.text ?? ''),
  );
}

/** The last line that tells of the host being given up, or of one of these ends of its fencing. */
function lastOfFencing(lines: readonly LogLine[], name: string, ends: string): LogLine | undefined {
  const about = new RegExp(`^fencing: (?:${name} given up |(?:off|reboot) ${name} (?:${ends}))`);
  return lines.findLast(({ text }) => about.test(text));
}
