import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LiveJob } from '../../../src/ganeti/jobs.ts';
import { blockersOf, overdueJobs } from '../../../src/sweep/blockers.ts';
import type { LedgerEntry } from '../../../src/sweep/ledger.ts';

/** As wconfd answered it in a lab: job 8 hangs on a dead node, 10 marks it offline, 9 is somebody else's. */
const LOCKS = [
  { name: 'cluster/BGL', owners: [8, 9, 10], waiting: [] },
  { name: 'node-res/4837a0b6', owners: [], waiting: [10] },
  { name: 'node/4837a0b6', owners: [8], waiting: [10, 9] },
];

const OFFLINE: LiveJob = {
  id: 10,
  status: 'waiting',
  summary: ['NODE_SET_PARAMS(h3)'],
  offlines: ['h3'],
  powers: [],
  source: 'ocf:ganeti:ganeti-node',
};

function submitted(at: number): LedgerEntry {
  return {
    at,
    trigger: 'monitor',
    event: 'offline-submitted',
    node: 'h3',
    job: 10,
    because: 'fenced',
    autoPromote: false,
  };
}

test('a job is blocked by who holds a lock that it waits for, not by who shares one with it', () => {
  assert.deepEqual([...blockersOf(10, LOCKS)], [[8, ['node/4837a0b6']]]);
  assert.deepEqual([...blockersOf(8, LOCKS)], []);
});

test('a job is overdue after half a minute, whichever way the clock was set meanwhile', () => {
  const none = new Set<string>();
  assert.deepEqual(overdueJobs([OFFLINE], [submitted(0)], none, 30_000), []);
  assert.deepEqual(overdueJobs([OFFLINE], [submitted(0)], none, 30_001), [
    { job: 10, node: 'h3', status: 'waiting', since: 0 },
  ]);
  assert.equal(overdueJobs([OFFLINE], [submitted(90_000)], none, 1).length, 1);
});

test("somebody else's job is overdue from when we would have submitted one", () => {
  const decided: LedgerEntry = {
    at: 5,
    trigger: 'monitor',
    event: 'decided',
    node: 'h3',
    decision: 'offline',
    text: '',
  };
  assert.deepEqual(overdueJobs([OFFLINE], [], new Set(), 60_000), []);
  assert.deepEqual(overdueJobs([OFFLINE], [decided], new Set(), 60_000), [
    { job: 10, node: 'h3', status: 'waiting', since: 5 },
  ]);
});

test('a job for a node that is back is no longer waited for', () => {
  assert.deepEqual(overdueJobs([OFFLINE], [submitted(0)], new Set(['h3']), 60_000), []);
});
