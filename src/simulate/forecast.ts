import { type Told, toldOf } from './forecast-ledger.ts';
import type { LogLine } from './world.ts';

/** One step of what would happen, for a person who plans. */
export interface ForecastStep {
  /** After the failure. */
  readonly afterMs: number;
  readonly host: string | undefined;
  readonly what: string;
  /** What an administrator would type for the same. */
  readonly command: string | undefined;
}

/** Hosts of the story to the real Pacemaker's nodes, as far as they are called otherwise there. */
type Renamed = (host: string) => string;

interface Translation {
  readonly pattern: RegExp;
  readonly what: (found: RegExpExecArray) => string;
  readonly command?: (found: RegExpExecArray, pacemakerName: Renamed) => string;
}

/** Lines of a story that a person who plans wants to read, but for the ledgers' own; the first that fits. */
const TRANSLATIONS: readonly Translation[] = [
  { pattern: /^corosync: ring \d+: (.*)$/, what: ([, hosts]) => `membership is now: ${hosts}` },
  {
    pattern: /^fencing: (\S+) (\S+) asked$/,
    what: ([, action, node]) => `Pacemaker has ${node} fenced (${action})`,
    command: ([, action, node = ''], pacemakerName) =>
      `stonith_admin --${action === 'off' ? 'fence' : 'reboot'} ${pacemakerName(node)}`,
  },
  { pattern: /^fencing: \S+ (\S+) (done|failed.*)$/, what: ([, node, how]) => `fencing of ${node} ${how}` },
  {
    pattern: /^master-failover begins( without a vote)?$/,
    what: () => 'the master role is taken',
    command: ([, noVote]) =>
      `gnt-cluster master-failover${noVote === undefined ? '' : ' --no-voting --yes-do-it'}`,
  },
  { pattern: /^luxid up$/, what: () => 'luxid answers: Ganeti has a master' },
  { pattern: /^luxid down$/, what: () => 'luxid is gone' },
  { pattern: /^offline: (\S+)$/, what: ([, node]) => `Ganeti has ${node} offline` },
  { pattern: /^candidate: (\S+)$/, what: ([, node]) => `${node} becomes a master candidate` },
  {
    pattern: /^pacemaker: (\S+) (started|stopped|promoted|demoted)$/,
    what: ([, resource, how]) => `${resource} ${how}`,
  },
  { pattern: /^pacemaker: (\S+) (.* failed: .*)$/, what: ([, resource, how]) => `${resource}: ${how}` },
  { pattern: /^job \d+ error: (.*)$/, what: ([, why]) => `a job failed: ${why}` },
];

/** The steps after the failure, in order. */
export function forecast(
  lines: readonly LogLine[],
  failedMs: number,
  pacemakerName: Renamed = (host) => host,
): readonly ForecastStep[] {
  return lines.flatMap((line): readonly ForecastStep[] => {
    const { ms, host, entry } = line;
    const told = entry === undefined ? translated(line, pacemakerName) : toldOf(entry);
    if (ms < failedMs || told === undefined) return [];
    return [{ afterMs: ms - failedMs, host, what: told.what, command: told.command }];
  });
}

function translated({ text }: LogLine, pacemakerName: Renamed): Told | undefined {
  for (const { pattern, what, command } of TRANSLATIONS) {
    const found = pattern.exec(text);
    if (found === null) continue;
    return {
      what: what(found),
      ...(command === undefined ? {} : { command: command(found, pacemakerName) }),
    };
  }
  return undefined;
}
