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

interface Translation {
  readonly pattern: RegExp;
  readonly what: (found: RegExpExecArray) => string;
  readonly command?: (found: RegExpExecArray, host: string | undefined) => string;
}

/** Lines of a story that a person who plans wants to read; the first that fits. */
const TRANSLATIONS: readonly Translation[] = [
  { pattern: /^corosync: ring \d+: (.*)$/, what: ([, hosts]) => `membership is now: ${hosts}` },
  {
    pattern: /^fencing: (\S+) (\S+) asked$/,
    what: ([, action, node]) => `Pacemaker has ${node} fenced (${action})`,
    command: ([, action, node]) => `stonith_admin --${action === 'off' ? 'fence' : 'reboot'} ${node}`,
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
  {
    pattern: /^ledger: \S+ offline-submitted (\S+?):? job=\d+ (.*?)(?: autoPromote=\w+)?$/,
    what: ([, node, why]) => `${node} is marked offline: ${why}`,
    command: ([, node]) => `gnt-node modify --offline=yes ${node}`,
  },
  {
    pattern: /^ledger: \S+ held (\S+?):? hold=\S+ (.*)$/,
    what: ([, node, why]) => `${node} is held: ${why}`,
  },
  { pattern: /^offline: (\S+)$/, what: ([, node]) => `Ganeti has ${node} offline` },
  {
    pattern: /^ledger: \S+ (drain|undrain)-submitted (\S+?): job=\d+ (.*)$/,
    what: ([, how, node, why]) => `${node} is ${how}ed: ${why}`,
    command: ([, how, node]) => `gnt-node modify --drained=${how === 'drain' ? 'yes' : 'no'} ${node}`,
  },
  {
    pattern: /^ledger: \S+ readmit-submitted (\S+?): job=\d+ (.*)$/,
    what: ([, node, why]) => `${node} is taken back: ${why}`,
    command: ([, node]) => `gnt-ha readmit ${node}`,
  },
  { pattern: /^candidate: (\S+)$/, what: ([, node]) => `${node} becomes a master candidate` },
  {
    pattern: /^pacemaker: (\S+) (started|stopped|promoted|demoted)$/,
    what: ([, resource, how]) => `${resource} ${how}`,
  },
  { pattern: /^pacemaker: (\S+) (.* failed: .*)$/, what: ([, resource, how]) => `${resource}: ${how}` },
  { pattern: /^job \d+ error: (.*)$/, what: ([, why]) => `a job failed: ${why}` },
];

/** The steps after the failure, in order. */
export function forecast(lines: readonly LogLine[], failedMs: number): readonly ForecastStep[] {
  return lines.flatMap(({ ms, host, text }): readonly ForecastStep[] => {
    if (ms < failedMs) return [];
    for (const { pattern, what, command } of TRANSLATIONS) {
      const found = pattern.exec(text);
      if (found === null) continue;
      return [{ afterMs: ms - failedMs, host, what: what(found), command: command?.(found, host) }];
    }
    return [];
  });
}
