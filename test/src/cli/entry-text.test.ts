import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { entryText } from '../../../src/cli/entry-text.ts';
import type { LedgerEntry } from '../../../src/sweep/ledger.ts';

const AT = { at: Date.parse('2026-11-21T11:12:57.888Z'), trigger: 'monitor' };

const ENTRIES: readonly (readonly [LedgerEntry, string])[] = [
  [
    { ...AT, event: 'held', node: 'h3', hold: 'brake', text: 'too many' },
    '2026-11-21T11:12:57Z  h3: held (brake): too many  [monitor]',
  ],
  [
    { ...AT, event: 'job-ended', node: 'h3', job: 7, what: 'offline', outcome: 'success', text: '' },
    '2026-11-21T11:12:57Z  h3: job 7 (offline) ended: success  [monitor]',
  ],
  [
    { ...AT, event: 'stuck', node: 'h3', job: 7, holder: 5, did: 'cancelled', text: 'TAGS_SET: canceled' },
    '2026-11-21T11:12:57Z  h3: job 7 waited for job 5, cancelled: TAGS_SET: canceled  [monitor]',
  ],
  [
    { ...AT, event: 'storm', state: 'on', held: ['h3', 'h4'] },
    '2026-11-21T11:12:57Z  more died than the brake allows, held: h3, h4  [monitor]',
  ],
  [
    {
      ...AT,
      event: 'repair-begun',
      instances: ['web', 'db'],
      count: 22,
      type: 'failover',
      text: 'h3 is dead',
    },
    '2026-11-21T11:12:57Z  web, db and 20 more: to be repaired (failover): h3 is dead  [monitor]',
  ],
  [
    { ...AT, event: 'repair-submitted', instance: 'web', step: 'replace-secondary', job: 9, repair: 'id' },
    '2026-11-21T11:12:57Z  web: job 9: a new secondary  [monitor]',
  ],
  [
    { ...AT, event: 'repair-ended', instance: 'web', outcome: 'failure', text: 'job 9 failed' },
    '2026-11-21T11:12:57Z  web: FAILED: job 9 failed  [monitor]',
  ],
  [
    { ...AT, event: 'repair-held', hold: 'no-room', instances: ['web'], count: 1, text: 'no node has room' },
    '2026-11-21T11:12:57Z  web: not repaired (no-room): no node has room  [monitor]',
  ],
];

for (const [entry, text] of ENTRIES) {
  test(`the event ${entry.event} in words`, () => assert.equal(entryText(entry), text));
}

test('no event of the ledger is told as raw JSON that has a node and a text', () => {
  const source = readFileSync(join(import.meta.dirname, '../../../src/sweep/ledger.ts'), 'utf8');
  const events = new Set(
    [...source.matchAll(/event: ((?:'[a-z-]+'(?: \| )?)+)/g)].flatMap(([, names = '']) => names.split(' | ')),
  );
  assert.ok(events.size > 15);
  const words = readFileSync(join(import.meta.dirname, '../../../src/cli/entry-text.ts'), 'utf8');
  const untold = [...events].filter((name) => !words.includes(`case ${name}:`));
  // They have nothing but a text.
  assert.deepEqual(untold.sort(), ["'master-released'", "'queue-drained'", "'queue-undrained'"]);
});

test('a moment that is none is told as such', () => {
  assert.match(entryText({ ...AT, at: 1e300, event: 'master-released', text: '' }), /^at no known time/);
});
