import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LuxiCall } from '../../../src/ganeti/luxi.ts';
import { openJournal } from '../../../src/sweep/journal.ts';
import { type LedgerEntry, type LedgerEvent, recentEntries, record } from '../../../src/sweep/ledger.ts';
import { findUnanswered, unanswered } from '../../../src/sweep/unanswered.ts';
import { onMachine } from '../ganeti/on-machine.ts';

const DECIDED: LedgerEvent = { event: 'decided', node: 'h3', decision: 'offline', text: '', evidence: [] };
const SUBMITTED: LedgerEvent = {
  ...{ event: 'offline-submitted', node: 'h3', job: 7 },
  ...{ because: '', autoPromote: false },
};
const ENDED: LedgerEvent = {
  ...{ event: 'job-ended', node: 'h3', job: 7 },
  ...{ what: 'offline', outcome: 'failed', text: '' },
};

function nodesAfter(ms: number, ...events: readonly LedgerEvent[]): readonly string[] {
  const entries = events.map((event, index): LedgerEntry => ({ at: index, trigger: 'monitor', ...event }));
  return unanswered(entries, ms).map(({ node }) => node);
}

test('a decision without a job is looked for until it would have been decided anew', () => {
  assert.deepEqual(nodesAfter(1, DECIDED), ['h3']);
  assert.deepEqual(nodesAfter(599_999, DECIDED), ['h3']);
  assert.deepEqual(nodesAfter(600_000, DECIDED), []);
});

test('a decision whose job is in the ledger, whatever became of it, is not looked for', () => {
  assert.deepEqual(nodesAfter(9, DECIDED, SUBMITTED), []);
  assert.deepEqual(nodesAfter(9, DECIDED, SUBMITTED, ENDED), []);
});

test('one that was decided again after a failure is looked for', () => {
  assert.deepEqual(nodesAfter(9, DECIDED, SUBMITTED, ENDED, DECIDED), ['h3']);
});

test("the end of another job of the node's is no answer", () => {
  const powered: LedgerEvent = { ...ENDED, event: 'job-ended', what: 'powercycle' };
  assert.deepEqual(nodesAfter(9, DECIDED, powered), ['h3']);
});

test("a decision that waits for somebody else's job has none to be found", () => {
  const waiting: LedgerEvent = { event: 'decided', node: 'h3', decision: 'offline', text: '' };
  assert.deepEqual(nodesAfter(1, waiting), []);
});

/** luxid with jobs of ours for h3, received so long after the epoch. */
function luxid(...jobs: readonly { readonly id: number; readonly receivedMs: number }[]): LuxiCall {
  const op = {
    ...{ OP_ID: 'OP_NODE_SET_PARAMS', node_name: 'h3', offline: true },
    reason: [['ocf:ganeti:ganeti-node', '', 1]],
  };
  const data = jobs.map(({ id, receivedMs }) =>
    [id, [op], [Math.floor(receivedMs / 1_000), (receivedMs % 1_000) * 1_000]].map((value) => [0, value]),
  );
  return async () => ({ data });
}

onMachine(
  'every job of the decision is noted, whichever of two came to be, and none twice',
  async ({ env }) => {
    record(env, 'monitor', [DECIDED]);
    const at = recentEntries(env, 0)[0]?.at ?? 0;
    const jobs = luxid({ id: 7, receivedMs: at + 5_000 }, { id: 8, receivedMs: at + 6_000 });
    await findUnanswered(jobs, at + 9_000, openJournal(env, 'monitor'));
    const noted = (): readonly unknown[] =>
      recentEntries(env, 0).flatMap((entry) => (entry.event === 'offline-submitted' ? [entry.job] : []));
    assert.deepEqual(noted(), [7, 8]);
    record(env, 'monitor', [ENDED, DECIDED]);
    await findUnanswered(jobs, at + 9_000, openJournal(env, 'monitor'));
    assert.deepEqual(noted(), [7, 8]);
  },
);

onMachine(
  'a decision of ours that stands is noted again after five minutes, one that waits is not',
  async ({ env }) => {
    const now = env.clock.now();
    const notedOf = (
      ageMs: number,
      ...events: readonly Extract<LedgerEvent, { event: 'decided' }>[]
    ): number => {
      const before = recentEntries(env, 0).length;
      const then = { ...env, clock: { ...env.clock, now: () => now + ageMs } };
      const journal = openJournal(then, 'monitor');
      for (const event of events) journal.noteOnce(event);
      return recentEntries(env, 0).length - before;
    };
    const waits = { event: 'decided', node: 'h3', decision: 'offline', text: '' } as const;
    const ours = { ...waits, evidence: [] };
    assert.equal(notedOf(0, waits, waits), 1);
    assert.equal(notedOf(1, ours, ours, waits), 1);
    assert.equal(notedOf(299_999, ours, waits), 0);
    assert.equal(notedOf(300_002, waits, ours), 1);
  },
);
