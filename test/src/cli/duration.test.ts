import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDuration, parseMoment } from '../../../src/cli/duration.ts';

test('a duration is days, hours and minutes, in this order', () => {
  assert.deepEqual(
    ['90m', '2h', '1h30m', '1d'].map(parseDuration),
    [5_400_000, 7_200_000, 5_400_000, 86_400_000],
  );
});

for (const text of ['', '0h', '2', '2 h', '30m1h', '-1h', '1.5h', '2h!', '99999m']) {
  test(`"${text}" is no duration`, () => assert.equal(parseDuration(text), undefined));
}

test('a moment has a time zone', () => {
  const noon = Date.UTC(2030, 0, 31, 12);
  for (const text of ['2030-01-31T12:00Z', '2030-01-31 13:00:00+01:00', '2030-01-31T07:00-0500'])
    assert.equal(parseMoment(text), noon, text);
});

for (const text of ['2030-01-31T12:00', '12:00', 'tomorrow', '2030-13-31T12:00Z', '2030-01-31']) {
  test(`"${text}" is no moment`, () => assert.equal(parseMoment(text), undefined));
}
