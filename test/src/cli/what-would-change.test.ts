import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHANGES_VERDICT, changesDecision } from '../../../src/cli/what-would-change.ts';
import { membersOf } from '../union.ts';

test('every rule of a verdict says what would change it, and no other', () => {
  const rules = membersOf('evidence/verdict.ts', 'Rule');
  assert.ok(rules.length > 20);
  assert.deepEqual(Object.keys(CHANGES_VERDICT).sort(), [...rules].sort());
});

test('no two rules have the same remedy, but for those with the same cause', () => {
  const texts = Object.entries(CHANGES_VERDICT).filter(([rule]) => rule !== 'online');
  assert.equal(new Set(texts.map(([, text]) => text)).size, texts.length);
});

test('a hold says what ends it, with the name of the node in each command', () => {
  const text = changesDecision({ kind: 'hold', node: 'h3.lab.test', hold: 'brake', text: '' });
  assert.match(text, /`gnt-ha release h3\.lab\.test`/);
});
