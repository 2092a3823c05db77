import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  orderValue,
  pauseOf,
  pauseProperty,
  releaseOf,
  releaseProperty,
} from '../../../src/sweep/order-text.ts';

const NOW = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 86_400_000;

test('every reason comes back as it was given, and is printable ASCII on its way', () => {
  const reason = fc
    .string({ unit: 'grapheme', maxLength: 60 })
    .map((text) => text.replaceAll(/\s+/g, ' ').trim());
  fc.assert(
    fc.property(reason, (why) => {
      const value = orderValue({ untilMs: NOW + 1_000, sinceMs: NOW, who: 'root@h1', why });
      assert.match(value, /^[\x20-\x7e]*$/);
      assert.deepEqual(pauseOf(pauseProperty('1a2b3c'), value), {
        id: '1a2b3c',
        who: 'root@h1',
        why,
        untilMs: NOW + 1_000,
      });
    }),
  );
});

test('a pause ordered for longer than a day ends after a day', () => {
  const value = orderValue({ untilMs: NOW + 30 * DAY_MS, sinceMs: NOW, who: 'root@h1', why: '' });
  assert.equal(pauseOf(pauseProperty('1a2b3c'), value)?.untilMs, NOW + DAY_MS);
});

test('what makes no sense as a pause stands without end; as a release it is over', () => {
  for (const value of ['', 'stop!', '2026-01-01 2026-01-01', 'tomorrow today root@h1 why']) {
    const pause = pauseOf(pauseProperty('1a2b3c'), value);
    assert.ok(pause !== undefined && pause.untilMs === undefined, value);
    assert.equal(releaseOf(releaseProperty('h1.lab.test'), value)?.untilMs, 0);
  }
});

test('one name is one order or none', () => {
  const value = orderValue({ untilMs: NOW, sinceMs: NOW, who: 'root@h1', why: '' });
  assert.equal(pauseOf(releaseProperty('h1.lab.test'), value), undefined);
  assert.equal(releaseOf(pauseProperty('1a2b3c'), value), undefined);
  assert.equal(releaseOf(releaseProperty('h1.lab.test'), value)?.node, 'h1.lab.test');
  assert.equal(pauseOf('stonith-enabled', 'true'), undefined);
});

test('what a person wrote by hand with a bare percent sign is shown as it is', () => {
  const value = `${new Date(NOW).toISOString()} ${new Date(NOW).toISOString()} jo 100% sure`;
  assert.equal(pauseOf(pauseProperty('x'), value)?.why, '100% sure');
});
