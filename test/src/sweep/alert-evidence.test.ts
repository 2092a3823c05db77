import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { withAlerts } from '../../../src/sweep/alert-evidence.ts';
import type { LedgerEntry } from '../../../src/sweep/ledger.ts';

const CHAIN: readonly Evidence[] = [{ source: 'pacemaker', what: 'h3 is offline', atMs: 1_000 }];
const ALERT: LedgerEntry = {
  at: 1_000,
  trigger: 'alert',
  event: 'alert',
  node: 'h3',
  said: 'fenced',
  atMs: 900,
  words: 'off of h3: OK',
  text: 'h3 is fenced',
};

test('what an alert said of a node stands in its chain, by the time it happened', () => {
  const chains = withAlerts(
    new Map([
      ['h2', []],
      ['h3', CHAIN],
    ]),
    [ALERT],
    2_000,
  );
  assert.deepEqual(chains.get('h3'), [
    { source: 'alert', what: 'fenced: off of h3: OK', atMs: 900 },
    ...CHAIN,
  ]);
  assert.deepEqual(chains.get('h2'), []);
});

test('an alert of another death is left out', () => {
  assert.deepEqual(withAlerts(new Map([['h3', CHAIN]]), [ALERT], 700_000).get('h3'), CHAIN);
});
