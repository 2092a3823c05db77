import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Verdict, VerdictKind } from '../../../src/evidence/verdict.ts';
import { mapNames } from '../../../src/pacemaker/names.ts';
import { noteAlerts } from '../../../src/sweep/alerts.ts';
import type { Journal } from '../../../src/sweep/journal.ts';
import type { LedgerEntry, LedgerEvent } from '../../../src/sweep/ledger.ts';
import type { Spool, SpooledAlert } from '../../../src/sweep/spool.ts';
import type { Said } from '../../../src/sweep/spool-record.ts';
import type { ClusterView } from '../../../src/sweep/view.ts';

const NOW = 1_795_259_999_000;

function journalOf(entries: LedgerEntry[]): Journal {
  const note = (event: LedgerEvent): void => {
    entries.push({ at: NOW, trigger: 'alert', ...event });
  };
  return {
    entries: () => entries,
    note,
    noteOnce: note,
    tell: (code, text) => note({ event: 'trouble', code, text }),
    reasons: () => [],
  };
}

function viewOf(verdict: VerdictKind): ClusterView {
  const nodes = [{ name: 'h3', attributes: {} }];
  const text = `h3 is ${verdict}`;
  const verdicts: readonly Verdict[] = [
    { node: 'h3.lab.test', verdict, reasons: [{ rule: 'online', text }] },
  ];
  return {
    lookedMs: 0,
    answer: { kind: 'unavailable', message: 'not asked' },
    names: mapNames(nodes, ['h3.lab.test']),
    verdicts,
    evidence: new Map(),
  };
}

function spoolOf(...alerts: readonly Partial<SpooledAlert>[]): Spool {
  const whole = alerts.map((alert, index) => ({
    node: 'h3',
    said: 'fenced' as Said,
    words: 'OK',
    atMs: NOW - 1_000,
    file: `file-${index}`,
    ...alert,
  }));
  return { alerts: whole, refused: [], waste: ['old'] };
}

test('an alert stands in the ledger under Ganeti’s name, beside the verdict, and its file is done with', () => {
  const entries: LedgerEntry[] = [];
  const heard = noteAlerts(spoolOf({ node: 'H3' }), viewOf('fenced'), journalOf(entries), NOW);
  assert.deepEqual(heard, { done: ['old', 'file-0'], waiting: false });
  assert.deepEqual(entries, [
    {
      at: NOW,
      trigger: 'alert',
      event: 'alert',
      node: 'h3.lab.test',
      said: 'fenced',
      atMs: NOW - 1_000,
      words: 'OK',
      text: 'verdict fenced: h3 is fenced',
    },
  ]);
});

for (const verdict of ['lost', 'unknown'] as const) {
  test(`a fencing that Pacemaker's own records do not show yet (${verdict}) waits, but not for long`, () => {
    const entries: LedgerEntry[] = [];
    const soon = noteAlerts(spoolOf({}), viewOf(verdict), journalOf(entries), NOW);
    assert.deepEqual([soon, entries], [{ done: ['old'], waiting: true }, []]);
    const later = noteAlerts(spoolOf({}), viewOf(verdict), journalOf(entries), NOW + 30_000);
    assert.deepEqual([later.waiting, entries.length], [false, 1]);
  });
}

test('a node that is lost, with or without failing fencing, does not keep the spool full', () => {
  for (const said of ['lost', 'fencing-failed', 'member'] as const) {
    const heard = noteAlerts(spoolOf({ said }), viewOf('lost'), journalOf([]), NOW);
    assert.deepEqual(heard, { done: ['old', 'file-0'], waiting: false });
  }
});

test('a fencing that fails again and again is written once, until something else is said', () => {
  const entries: LedgerEntry[] = [];
  const failed = { said: 'fencing-failed' } as const;
  noteAlerts(spoolOf(failed, failed), viewOf('lost'), journalOf(entries), NOW);
  noteAlerts(spoolOf(failed), viewOf('lost'), journalOf(entries), NOW);
  noteAlerts(spoolOf({}, failed), viewOf('fenced'), journalOf(entries), NOW);
  const said = entries.map((entry) => (entry.event === 'alert' ? entry.said : entry.event));
  assert.deepEqual(said, ['fencing-failed', 'fenced', 'fencing-failed']);
});

test('an alert about a node that Ganeti does not have is noted as such, and nothing waits for it', () => {
  const entries: LedgerEntry[] = [];
  const heard = noteAlerts(spoolOf({ node: 'quorum1' }), viewOf('fenced'), journalOf(entries), NOW);
  assert.equal(heard.waiting, false);
  const [entry] = entries;
  assert.ok(entry?.event === 'alert');
  assert.deepEqual([entry.node, entry.text], ['quorum1', 'it is no node of Ganeti']);
});

test('what was refused is told', () => {
  const entries: LedgerEntry[] = [];
  const refused = [
    { file: 'a.txt', why: 'its name is none of ours' },
    { file: 'b.txt', why: 'its name is none of ours' },
  ];
  noteAlerts({ alerts: [], refused, waste: ['a.txt', 'b.txt'] }, viewOf('alive'), journalOf(entries), NOW);
  const [entry] = entries;
  assert.ok(entry?.event === 'trouble');
  assert.equal(entry.code, 'GNH381');
  assert.match(entry.text, /^Not read from the spool of alerts: a\.txt and 1 more \(/);
});
