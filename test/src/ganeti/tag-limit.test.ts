import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseLimit } from '../../../src/ganeti/tag-limit.ts';

describe('a limit', () => {
  it('is a count or a fraction', () => {
    assert.deepEqual(parseLimit('2'), { kind: 'count', count: 2 });
    assert.deepEqual(parseLimit('1/3'), { kind: 'fraction', numerator: 1, denominator: 3 });
  });

  for (const text of [
    '',
    '-1',
    '1.5',
    '1/0',
    '4/3',
    '1/',
    '/3',
    '50%',
    'two',
    '1/2/3',
    '0x10',
    '99999',
    ' 1',
  ]) {
    it(`is not read from "${text}"`, () => {
      assert.equal(parseLimit(text), undefined);
    });
  }
});
