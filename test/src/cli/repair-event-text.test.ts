import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as v from 'valibot';
import { eventJson, eventText } from '../../../src/cli/repair-event-text.ts';
import { REPAIR_EVENT_SHAPE } from '../../../src/cli/repair-shapes.ts';
import type { RepairEvent } from '../../../src/repair/round.ts';
import { job, NOW_MS } from './repair-facts.ts';

const WEB = { object: 'instance', name: 'web.lab.test' } as const;
const CLUSTER = { object: 'cluster', name: 'cluster' } as const;
const AT = { atMs: NOW_MS };
const WHEN = '2026-11-21T12:00:00Z  ';

const EVENTS: readonly (readonly [what: string, event: RepairEvent, text: string | undefined])[] = [
  [
    'a step that was submitted',
    { ...AT, kind: 'submitted', what: { what: 'step', on: WEB, job: 5, step: 'migrate' } },
    `${WHEN}web.lab.test: job 5: a migration`,
  ],
  [
    'tags that were submitted',
    { ...AT, kind: 'submitted', what: { what: 'tags', on: WEB, job: 4 } },
    undefined,
  ],
  [
    'a step that was refused',
    {
      ...{ ...AT, kind: 'not-submitted' },
      what: { what: 'step', on: WEB, step: 'migrate', text: 'queue is full', known: true },
    },
    `${WHEN}web.lab.test: its repair was not submitted: queue is full`,
  ],
  [
    'tags of the cluster of which nobody knows whether they were submitted',
    { ...AT, kind: 'not-submitted', what: { what: 'tags', on: CLUSTER, text: 'timed out', known: false } },
    `${WHEN}cluster: nobody knows whether its tags were submitted (timed out); the next round finds out`,
  ],
  [
    'a job that has begun',
    { ...AT, kind: 'job', job: job(5, 'unfinished') },
    `${WHEN}web1.lab.test: job 5 is under way`,
  ],
  [
    'a job that has ended',
    { ...AT, kind: 'job', job: job(5, 'success') },
    `${WHEN}web1.lab.test: job 5 ended: success`,
  ],
  [
    'a job that has failed',
    { ...AT, kind: 'job', job: { ...job(5, 'failed'), error: 'no disk' } },
    `${WHEN}web1.lab.test: job 5 ended: failed (no disk)`,
  ],
  [
    'a job that nobody knows any more',
    { ...AT, kind: 'job', job: job(5, 'gone') },
    `${WHEN}web1.lab.test: job 5 ended: gone`,
  ],
  [
    'a job that only writes tags',
    { ...AT, kind: 'job', job: { ...job(5, 'success'), tagsOnly: true } },
    undefined,
  ],
  [
    'a repair that has ended',
    { ...AT, kind: 'ended', instance: 'web.lab.test', outcome: 'success', because: 'all is well' },
    `${WHEN}web.lab.test: repaired: all is well`,
  ],
];

describe('what is told of a round while it is watched', () => {
  for (const [what, event, text] of EVENTS) {
    it(`of ${what}: ${text === undefined ? 'nothing' : 'a line'}, and as JSON of the documented shape`, () => {
      assert.equal(eventText(event), text);
      const line = eventJson(event);
      assert.equal(line.indexOf('\n'), line.length - 1);
      const read = v.parse(REPAIR_EVENT_SHAPE, JSON.parse(line));
      assert.deepEqual([read.event, read.atMs], [event.kind, NOW_MS]);
    });
  }
});
