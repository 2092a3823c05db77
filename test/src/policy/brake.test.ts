import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { BRAKE_WINDOW_MS, brakeCapacity, brakeUsed } from '../../../src/policy/brake.ts';

const NOW = 10_000_000;

describe('the capacity of the brake', () => {
  it('is by default fewer than half of the nodes, but at least one', () => {
    const capacities = [1, 2, 3, 4, 5, 6, 7, 20].map((count) => brakeCapacity(undefined, count));
    assert.deepEqual(capacities, [1, 1, 1, 1, 2, 2, 3, 9]);
  });

  it('is a fraction rounded down, but at least one', () => {
    const third = { kind: 'fraction', numerator: 1, denominator: 3 } as const;
    assert.deepEqual(
      [2, 3, 5, 6, 20].map((count) => brakeCapacity(third, count)),
      [1, 1, 1, 2, 6],
    );
  });

  it('is nothing where the administrator says 0 or 0/3', () => {
    assert.equal(brakeCapacity({ kind: 'count', count: 0 }, 5), 0);
    assert.equal(brakeCapacity({ kind: 'fraction', numerator: 0, denominator: 3 }, 5), 0);
  });
});

describe('a place under the brake', () => {
  const offline = new Set(['a', 'b']);

  it('is taken by a node marked offline within ten minutes', () => {
    assert.deepEqual(brakeUsed([{ node: 'a', atMs: NOW - BRAKE_WINDOW_MS + 1 }], offline, NOW), ['a']);
    assert.deepEqual(brakeUsed([{ node: 'a', atMs: NOW - BRAKE_WINDOW_MS }], offline, NOW), []);
  });

  it('is given back by a node the administrator re-admitted', () => {
    assert.deepEqual(brakeUsed([{ node: 'c', atMs: NOW - 1_000 }], offline, NOW), []);
  });

  it('is taken once by a node marked twice', () => {
    const twice = [
      { node: 'b', atMs: NOW - 5 },
      { node: 'b', atMs: NOW - 9 },
    ];
    assert.deepEqual(brakeUsed(twice, offline, NOW), ['b']);
  });

  it('stays taken when the clock was set back', () => {
    assert.deepEqual(brakeUsed([{ node: 'a', atMs: NOW + 86_400_000 }], offline, NOW), ['a']);
  });
});
