// The checks must be able to fail: small records, each with one thing wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LabEvent } from '../timeline.ts';
import { type OffliningRecord, unsoundOfflinings } from './sound-offlinings.ts';

const BEGAN = 1_795_000_000;

function lab(t: number, host: string, event: string, value = ''): LabEvent {
  return { t: BEGAN + t, host, by: 'lab', event, value };
}

function watch(t: number, host: string, event: string, value = ''): LabEvent {
  return { t: BEGAN + t, host, by: 'watch', event, value };
}

function offlining(job: number, host: string, t: number, by = 'h1') {
  return { job, host, t: BEGAN + t, by };
}

/** h3 was killed, lost and fenced, and then marked offline by h1. */
const SOUND: OffliningRecord = {
  hosts: ['h1', 'h2', 'h3'],
  offlinings: [offlining(7, 'h3', 20)],
  named: [{ job: 7, nodes: ['h3.lab.test'] }],
  undone: [],
  events: [
    lab(0, 'h3', 'power-off'),
    watch(8, 'h1', 'membership', 'h3 lost'),
    lab(9, 'h3', 'bmc-done', 'off'),
    watch(21, 'h1', 'offline_nodes', 'h3.lab.test'),
  ],
  limit: undefined,
  released: [],
};

/** The same, with another host fenced in the same way. */
function andMarked(host: string, t: number, more: Partial<OffliningRecord> = {}): OffliningRecord {
  return {
    ...SOUND,
    offlinings: [...SOUND.offlinings, offlining(8, host, t)],
    events: [
      ...SOUND.events,
      watch(t - 9, 'h1', 'membership', `${host} lost`),
      lab(t - 8, host, 'bmc-done', 'off'),
    ].sort((a, b) => a.t - b.t),
    ...more,
  };
}

function without(event: string): readonly LabEvent[] {
  return SOUND.events.filter((one) => one.event !== event);
}

function withEvents(...more: readonly LabEvent[]): OffliningRecord {
  return { ...SOUND, events: [...SOUND.events, ...more].sort((a, b) => a.t - b.t) };
}

const SECOND = 'job 8 marked h2 offline beyond the brake: 1 of 1 were before it';

/** What happened, and what is said of it. */
const CASES: readonly (readonly [string, OffliningRecord, ...string[]])[] = [
  ['a host was fenced, then marked offline', SOUND],
  [
    'it was marked before its fencing was done',
    { ...SOUND, events: [...without('bmc-done'), lab(20.1, 'h3', 'bmc-done', 'off')] },
    'job 7 marked h3 offline before its fence device had done anything',
  ],
  [
    'another host was fenced',
    { ...SOUND, events: [...without('bmc-done'), lab(9, 'h2', 'bmc-done', 'off')] },
    'job 7 marked h3 offline before its fence device had done anything',
  ],
  [
    'its fence device was only asked, refused, or switched it on',
    {
      ...SOUND,
      events: [
        ...without('bmc-done'),
        lab(9, 'h3', 'bmc-asked', 'off by h1'),
        lab(10, 'h3', 'bmc-refused', 'off'),
        lab(11, 'h3', 'bmc-done', 'on'),
      ],
    },
    'job 7 marked h3 offline before its fence device had done anything',
  ],
  [
    'it was fenced, was a member again, and was lost once more',
    {
      ...SOUND,
      events: [
        lab(-40, 'h3', 'bmc-done', 'off'),
        watch(-20, 'h1', 'membership', 'h3 member'),
        ...without('bmc-done'),
      ],
    },
    'job 7 marked h3 offline before its fence device had done anything',
  ],
  [
    'it was rebooted by its fencing',
    { ...SOUND, events: [...without('bmc-done'), lab(9, 'h3', 'bmc-done', 'reboot')] },
  ],
  [
    'it was never lost',
    { ...SOUND, events: without('membership') },
    'job 7 marked h3 offline, which h1 had not lost',
  ],
  [
    'only a host lost it that did not act',
    { ...SOUND, events: [...without('membership'), watch(8, 'h2', 'membership', 'h3 lost')] },
    'job 7 marked h3 offline, which h1 had not lost',
  ],
  [
    'it was never there for a host that was started meanwhile',
    {
      ...SOUND,
      events: [watch(5, 'h1', 'up'), watch(7, 'h1', 'quorum', 'acquired'), ...without('membership')],
    },
  ],
  [
    'the host that acted had been started, and no quorum yet',
    withEvents(watch(5, 'h1', 'up')),
    'job 7 marked h3 offline from h1, which had no quorum',
  ],
  [
    'it was a member again',
    withEvents(watch(14, 'h1', 'membership', 'h3 member'), lab(14.5, 'h3', 'bmc-done', 'off')),
    'job 7 marked h3 offline, a member again for h1',
  ],
  ['it became a member while the job was handed in', withEvents(watch(18, 'h1', 'membership', 'h3 member'))],
  ['it was a member for itself', withEvents(watch(14, 'h3', 'membership', 'h3 member'))],
  [
    'the host that acted had lost its quorum',
    withEvents(watch(10, 'h1', 'quorum', 'lost')),
    'job 7 marked h3 offline from h1, which had no quorum',
  ],
  [
    'the host that acted got its quorum a moment before',
    withEvents(watch(2, 'h1', 'up'), watch(19, 'h1', 'quorum', 'acquired')),
  ],
  ['another host had', withEvents(watch(10, 'h2', 'quorum', 'lost'))],
  [
    'it had its quorum again',
    withEvents(watch(10, 'h1', 'quorum', 'lost'), watch(12, 'h1', 'quorum', 'acquired')),
  ],
  ['a second of three was marked', andMarked('h2', 60), SECOND],
  ['a second of three was released', andMarked('h2', 60, { released: ['h2'] })],
  ['another than the second was released', andMarked('h2', 60, { released: ['h1'] }), SECOND],
  ['a second of five was marked', andMarked('h2', 60, { hosts: ['h1', 'h2', 'h3', 'h4', 'h5'] })],
  [
    'a second of five was marked with a limit of one',
    andMarked('h2', 60, {
      hosts: ['h1', 'h2', 'h3', 'h4', 'h5'],
      limit: { kind: 'count', count: 1 },
    }),
    SECOND,
  ],
  ['a second was marked when ten minutes were over', andMarked('h2', 620)],
  [
    'the same was marked again, its first job having failed',
    { ...SOUND, offlinings: [...SOUND.offlinings, offlining(8, 'h3', 40)] },
  ],
  [
    'a second was marked after the job of the first had failed',
    andMarked('h2', 60, { undone: [{ host: 'h3', t: BEGAN + 30 }] }),
  ],
  [
    'a second was marked after the first was taken back',
    andMarked('h2', 60, {
      events: [...andMarked('h2', 60).events, watch(55, 'h1', 'offline_nodes')].sort((a, b) => a.t - b.t),
    }),
  ],
  [
    'the file that names the first could not be read for a moment',
    andMarked('h2', 60, {
      events: [...andMarked('h2', 60).events, { ...watch(55, 'h1', 'offline_nodes'), value: null }].sort(
        (a, b) => a.t - b.t,
      ),
    }),
    SECOND,
  ],
  [
    'a job named nobody',
    { ...SOUND, named: [{ job: 7, nodes: [''] }] },
    'job 7 names "", which is no node of the cluster',
  ],
  [
    'a job named a host by less than its name',
    { ...SOUND, named: [{ job: 7, nodes: ['h3'] }] },
    'job 7 names "h3", which is no node of the cluster',
  ],
  [
    'a job named two hosts as one',
    { ...SOUND, named: [{ job: 7, nodes: ['h2.lab.test h3.lab.test'] }] },
    'job 7 names "h2.lab.test h3.lab.test", which is no node of the cluster',
  ],
];

for (const [what, record, ...said] of CASES) {
  test(`offlinings are ${said.length === 0 ? 'sound' : 'unsound'} where ${what}`, () => {
    assert.deepEqual(unsoundOfflinings(record), said);
  });
}
