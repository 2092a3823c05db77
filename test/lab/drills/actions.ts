// What Pacemaker did with our resources, read from its own log in a drill and from the log of a story.
import type { LogLine } from '../../../src/simulate/world.ts';

export interface Action {
  readonly at: number;
  readonly host: string;
  readonly resource: string;
  readonly action: string;
  /** OCF's exit code; undefined where there is none: it took too long, or nobody could run it. */
  readonly code: number | undefined;
  /** Of its exit reason, as in `GNH201`. */
  readonly reason: string | undefined;
}

/** A host's power was cut by fencing. */
export interface PowerCut {
  readonly at: number;
  readonly host: string;
}

const LOGGED =
  /^(\w+ +\d+ [\d:.]+) .*Result of (start|stop|promote|demote|monitor) operation for (ganeti-\w+)(?::\d+)? on (\S+): (.*)/;

/** Lines of a pacemaker.log, which has local time and tells no year: `since` (ms) is in it, or at the end of the year before. */
export function actionsInLog(lines: readonly string[], since: number): readonly Action[] {
  return lines.flatMap((line) => {
    const [, when = '', action = '', resource = '', host = '', result = ''] = LOGGED.exec(line) ?? [];
    // A recurring monitor is cancelled before each stop.
    if (resource === '' || result.startsWith('Cancelled')) return [];
    const code = /\brc=(\d+)/.exec(result)?.[1];
    const at = momentOf(when, since);
    return [
      { at, host, resource, action, code: code === undefined ? code : Number(code), reason: gnh(result) },
    ];
  });
}

function momentOf(when: string, since: number): number {
  const [month = '', day = '', time = ''] = when.split(/ +/);
  const inYear = (year: number): number => Date.parse(`${day} ${month} ${year} ${time}`);
  const year = new Date(since).getUTCFullYear();
  const at = inYear(year);
  // A log's last lines from before the drill are not asked for, so what seems to be months ago is of the new year.
  return at < since - 86_400_000 ? inYear(year + 1) : at;
}

const TOLD = /^pacemaker: (ganeti-\w+) (started|stopped|promoted|demoted)$/;
const DEGRADED = /^pacemaker: (ganeti-\w+) degraded: (.*)/;
const FAILED = /^pacemaker: (ganeti-\w+) (start|stop|promote|demote|monitor) failed: (\d+)(.*)/;
const ENDED: Readonly<Record<string, string>> = {
  started: 'start',
  stopped: 'stop',
  promoted: 'promote',
  demoted: 'demote',
};

/** Lines of a story since the cluster was up. The simulator tells no monitor that finds all well. */
export function actionsInStory(lines: readonly LogLine[]): readonly Action[] {
  return lines.flatMap(({ ms: at, host = '', text }) => {
    const [, resource, ended = ''] = TOLD.exec(text) ?? [];
    const action = ENDED[ended];
    if (resource !== undefined && action !== undefined)
      return [{ at, host, resource, action, code: 0, reason: undefined }];
    const [, sick, why = ''] = DEGRADED.exec(text) ?? [];
    if (sick !== undefined)
      return [{ at, host, resource: sick, action: 'monitor', code: 190, reason: gnh(why) }];
    const [, broken, what = '', code, reason = ''] = FAILED.exec(text) ?? [];
    if (broken === undefined) return [];
    return [{ at, host, resource: broken, action: what, code: Number(code), reason: gnh(reason) }];
  });
}

export function powerCutsInStory(lines: readonly LogLine[]): readonly PowerCut[] {
  return lines.flatMap(({ ms: at, text }) => {
    const host = /^fencing: (?:off|reboot) (\S+) done$/.exec(text)?.[1];
    return host === undefined ? [] : [{ at, host }];
  });
}

function gnh(text: string): string | undefined {
  return /\bGNH\d{3}\b/.exec(text)?.[0];
}
