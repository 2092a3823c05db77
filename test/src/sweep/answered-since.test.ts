import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Evidence } from '../../../src/evidence/evidence.ts';
import { answeredSince } from '../../../src/sweep/answered-since.ts';
import type { LedgerEntry } from '../../../src/sweep/ledger.ts';

const told = (node: string, at: number): LedgerEntry => ({
  ...{ at, trigger: 'monitor', event: 'trouble', code: 'GNH345' },
  text: `${node} answers over the network, although it was fenced`,
});
const learned = (...times: readonly number[]): Evidence[] =>
  times.map((atMs) => ({ source: 'own-memory', what: 'this host learned of its off', atMs }));

describe('a node that has answered since its fencing', () => {
  const since = (chain: readonly Evidence[], entries: readonly LedgerEntry[]): readonly string[] => [
    ...answeredSince(new Map([['h1.lab.test', chain]]), entries),
  ];

  it('is one of whom that was told', () => {
    assert.deepEqual(since(learned(10), [told('h1.lab.test', 80)]), ['h1.lab.test']);
  });

  it('is none once it was fenced anew', () => {
    assert.deepEqual(since(learned(10, 90), [told('h1.lab.test', 80)]), []);
  });

  it('is not one whose name only begins like that', () => {
    assert.deepEqual(since(learned(10), [told('h1.lab.test.org', 80)]), []);
  });

  it('is not one of whom something else was told', () => {
    const entry: LedgerEntry = {
      at: 80,
      trigger: 'monitor',
      event: 'trouble',
      code: 'GNH303',
      text: 'h1.lab.test ',
    };
    assert.deepEqual(since(learned(10), [entry]), []);
  });
});
