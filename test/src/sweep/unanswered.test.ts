import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LedgerEntry, LedgerEvent } from '../../../src/sweep/ledger.ts';
import { unanswered } from '../../../src/sweep/unanswered.ts';

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
