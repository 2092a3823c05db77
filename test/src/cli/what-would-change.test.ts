import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { CHANGES_VERDICT, changesDecision } from '../../../src/cli/what-would-change.ts';
import { CHANGES_LEAVE, CHANGES_RETURN } from '../../../src/cli/what-would-change-living.ts';
import { membersOf } from '../union.ts';

const LEAVING = readFileSync(join(import.meta.dirname, '../../../docs/leaving-and-returning.md'), 'utf8');

test('every rule of a verdict says what would change it, and no other', () => {
  const rules = membersOf('evidence/verdict.ts', 'Rule');
  assert.ok(rules.length > 20);
  assert.deepEqual(Object.keys(CHANGES_VERDICT).sort(), [...rules].sort());
});

test('no two rules have the same remedy, but for those with the same cause', () => {
  const texts = Object.entries(CHANGES_VERDICT).filter(([rule]) => rule !== 'online');
  assert.equal(new Set(texts.map(([, text]) => text)).size, texts.length);
});

for (const [what, file, type, changes] of [
  ['a node that is back', 'decision-on-return.ts', 'ReturnRule', CHANGES_RETURN],
  ['a node that has left', 'decision-on-leave.ts', 'LeaveRule', CHANGES_LEAVE],
] as const) {
  test(`every rule of a decision on ${what} says what would change it, and stands in the docs`, () => {
    const rules = Object.keys(changes);
    const own = membersOf(`cli/${file}`, type).filter((rule) => rule !== 'busy');
    assert.ok(own.length > 5 && own.every((rule) => rules.includes(rule)), own.join(' '));
    assert.ok(Object.values(changes).every((text) => text.length > 10));
    const heading = type === 'ReturnRule' ? '\nOn its return, ' : '\nOn its leave, ';
    const table = LEAVING.split(heading)[1]?.split('\n\n')[1] ?? '';
    const documented = [...table.matchAll(/^\| `([a-z-]+)` \| \S/gm)].map(([, rule]) => rule);
    assert.deepEqual(documented, rules);
  });
}

test('a hold says what ends it, with the name of the node in each command', () => {
  const node = 'h3.lab.test';
  const text = changesDecision({ about: 'death', kind: 'hold', node, rule: 'brake', text: '' });
  assert.match(text, /`gnt-ha release h3\.lab\.test`/);
  const back = changesDecision({ about: 'return', kind: 'hold', node, rule: 'on-return', text: '' });
  assert.match(back, /`gnt-ha readmit h3\.lab\.test`/);
  const theirs = changesDecision({ about: 'leave', kind: 'nothing', node, rule: 'others-drain', text: '' });
  assert.match(theirs, /`gnt-node modify -D no h3\.lab\.test`/);
});
