import assert from 'node:assert/strict';
import { test } from 'node:test';
import { timeOfDay } from '../../../src/policy/time-of-day.ts';

test('a moment is told as the time of its day in UTC', () => {
  assert.equal(timeOfDay(Date.UTC(2026, 0, 2, 3, 4, 5, 999)), '03:04:05 UTC');
});

test('what is no moment is told as none, and nothing is thrown', () => {
  for (const ms of [Number.NaN, Number.POSITIVE_INFINITY, -9e15])
    assert.equal(timeOfDay(ms), 'no known time');
});
