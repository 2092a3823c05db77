// The tags that an instance may have already, and the jobs that they name.
import { REPAIR_TYPES, type RepairJob } from '../../src/repair/facts.ts';

/** Seconds since the epoch: the time of every case. */
export const NOW_S = 2_000_000_000;

const PREFIX = 'ganeti:watcher:autorepair:';
const BEGAN_S = NOW_S - 3_600;

export const SUSPENSIONS = {
  no: undefined,
  expired: `${PREFIX}suspend:${NOW_S - 60}`,
  'for ever': `${PREFIX}suspend`,
  'until later': `${PREFIX}suspend:${NOW_S + 3_600}`,
} as const;

/** `tag` and `jobs` are the columns of the table. */
export interface TagCase {
  readonly tag: string;
  readonly jobs: string;
  readonly tags: readonly string[];
}

type Ended = Pick<RepairJob, 'status' | 'reinstalls' | 'untouched'> & {
  readonly agoS?: number;
  readonly noRoom?: true;
};

const JUST_NOW_S = 10;
const LONG_AGO_S = 3_000;

/** How the jobs of a repair ended, oldest first; one in the middle of its time says when the next may begin. */
const JOB_HISTORIES: Readonly<Record<string, readonly Ended[]>> = {
  none: [],
  running: [{ status: 'unfinished' }],
  succeeded: [{ status: 'success', agoS: JUST_NOW_S }],
  'failed just now': [{ status: 'failed', agoS: JUST_NOW_S }],
  'failed long ago': [{ status: 'failed', agoS: LONG_AGO_S }],
  'failed long ago (no reinstallation)': [{ status: 'failed', agoS: LONG_AGO_S, reinstalls: false }],
  'failed long ago (a reinstallation)': [{ status: 'failed', agoS: LONG_AGO_S, reinstalls: true }],
  'failed twice (two minutes ago)': [
    { status: 'failed', agoS: LONG_AGO_S },
    { status: 'failed', agoS: 120 },
  ],
  'failed three times': [
    { status: 'failed', agoS: LONG_AGO_S },
    { status: 'failed', agoS: LONG_AGO_S },
    { status: 'failed', agoS: LONG_AGO_S },
  ],
  'no room just now': [{ status: 'failed', agoS: JUST_NOW_S, noRoom: true }],
  'no room long ago': [{ status: 'failed', agoS: LONG_AGO_S, noRoom: true }],
  canceled: [{ status: 'canceled', agoS: JUST_NOW_S }],
  'canceled (a reinstallation, not begun)': [
    { status: 'canceled', agoS: JUST_NOW_S, reinstalls: true, untouched: true },
  ],
  gone: [{ status: 'gone' }],
};

const HISTORIES = Object.entries(JOB_HISTORIES).map(([words, ended], number) => ({
  words,
  jobs: ended.map(
    ({ status, agoS, noRoom, reinstalls, untouched }, index): RepairJob => ({
      // Each history has a dozen of its own.
      id: 100 * (number + 1) + index,
      status,
      repair: undefined,
      instances: [],
      tagsOnly: false,
      endedMs: agoS === undefined ? undefined : (NOW_S - agoS) * 1_000,
      error: undefined,
      noRoom: noRoom === true,
      reinstalls,
      untouched,
    }),
  ),
}));

export const JOBS: readonly RepairJob[] = HISTORIES.flatMap(({ jobs }) => jobs);

export const UNREADABLE = 'one that cannot be read';

export const TAG_CASES: readonly TagCase[] = [
  { tag: 'none', jobs: '-', tags: [] },
  { tag: UNREADABLE, jobs: '-', tags: [`${PREFIX}pending:failover:OLD:soon:`] },
  ...REPAIR_TYPES.flatMap((type) => pendings(`pending ${type}`, type, [])),
  ...pendings('pending reinstall (was up)', 'reinstall', ['ocf:repair:start:OLD']),
  { tag: 'result failure', jobs: '-', tags: [result('failover', 'failure')] },
  { tag: 'result success', jobs: '-', tags: [result('failover', 'success')] },
  ...REPAIR_TYPES.map((type) => ({
    tag: `result enoperm ${type}`,
    jobs: '-',
    tags: [result(type, 'enoperm')],
  })),
];

function pendings(tag: string, type: string, more: readonly string[]): readonly TagCase[] {
  return HISTORIES.map(({ words, jobs }) => ({
    tag,
    jobs: words,
    tags: [`${PREFIX}pending:${type}:OLD:${BEGAN_S}:${jobs.map(({ id }) => id).join('+')}`, ...more],
  }));
}

function result(type: string, outcome: string): string {
  return `${PREFIX}result:${type}:OLD:${BEGAN_S}:${outcome}:7`;
}
