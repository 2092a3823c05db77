import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Clock } from '../../../src/env/env.ts';
import { type Deadline, deadlineIn } from '../../../src/ocf/deadline.ts';

/** A clock that a test sets; its wall clock is set back and forth at each question. */
function clockAt(time: { ms: number }): Clock {
  return {
    now: () => Math.random() * 1e12,
    monotonic: () => time.ms,
    sleep: () => Promise.resolve(),
  };
}

function deadlineOf(
  timeoutMs: number,
  marginMs?: number,
): { readonly time: { ms: number }; readonly deadline: Deadline } {
  const time = { ms: 1000 };
  return { time, deadline: deadlineIn(clockAt(time), timeoutMs, marginMs) };
}

test('we answer two seconds before Pacemaker would kill us', () => {
  assert.equal(deadlineOf(20_000).deadline.left(), 18_000);
  assert.equal(deadlineOf(300_000, 5_000).deadline.left(), 295_000);
});

test('of a short timeout half is used', () => assert.equal(deadlineOf(3_000).deadline.left(), 1_500));

test('what is left shrinks, is never negative, and caps each step', () => {
  const { time, deadline } = deadlineOf(20_000);
  assert.equal(deadline.cap(5_000), 5_000);
  time.ms += 15_000;
  assert.equal(deadline.cap(5_000), 3_000);
  time.ms += 60_000;
  assert.deepEqual([deadline.left(), deadline.cap(5_000)], [0, 0]);
});
