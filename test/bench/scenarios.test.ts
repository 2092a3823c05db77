import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countsIn, missedBySuite, SUITE_BUDGET } from './scenarios.ts';

const AT_THE_LIMIT = { passed: SUITE_BUDGET.scenarios, failed: 0, wallS: SUITE_BUDGET.wallS };

test('a suite at the very limits keeps the budget', () => {
  assert.deepEqual(missedBySuite(AT_THE_LIMIT), []);
});

test('each of the limits of a suite is missed on its own', () => {
  const missed = (change: Partial<typeof AT_THE_LIMIT>): string =>
    missedBySuite({ ...AT_THE_LIMIT, ...change }).join('\n');
  assert.match(missed({ passed: 149 }), /^149 scenarios, at least 150[^\n]*$/);
  assert.match(missed({ failed: 1 }), /^1 scenarios failed$/);
  assert.match(missed({ wallS: 60.1 }), /^60\.1 s for all of them[^\n]*$/);
});

test('a suite that was not run, or not to its end, misses the budget', () => {
  assert.deepEqual(countsIn('# tests 3\n# pass 2\n# fail 1\n'), { passed: 2, failed: 1 });
  assert.equal(missedBySuite({ ...countsIn('not ok 1 - scenarios'), wallS: 1 }).length, 2);
});
