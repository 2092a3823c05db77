import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuxiError } from '../../../src/ganeti/luxi.ts';
import { failureText, latenessText } from '../../../src/sweep/luxi-trouble.ts';

function unanswered(method: string): LuxiError {
  return new LuxiError({ kind: 'timeout', phase: 'answer', method, afterMs: 12_000 });
}

test('a job without an answer may have been taken, a question without one has done nothing', () => {
  assert.match(
    failureText(unanswered('SubmitJob'), ['h3']),
    /not known yet whether .* marked offline: h3\. /,
  );
  assert.match(failureText(unanswered('SubmitJob'), []), /may have been taken all the same/);
  assert.match(failureText(unanswered('Query'), ['h3']), /cannot be used .*; not marked offline: h3\. /);
  assert.match(failureText(unanswered('Query'), []), /jobs were not followed up/);
});

test('what is left for the next look is told, and what is never made up for', () => {
  const power = { usePoweroff: true, usePowercycle: false };
  const none = { usePoweroff: false, usePowercycle: false };
  assert.match(latenessText(['h3', 'h4'], ['h3'], none) ?? '', /the next look sees to h4\. /);
  assert.match(latenessText(['h3'], ['h3'], power) ?? '', /: no power job for h3\. /);
  assert.match(latenessText(['h3', 'h4'], ['h3'], power) ?? '', /sees to h4; no power job for h3\. /);
  assert.equal(latenessText(['h3'], ['h3'], none), undefined);
});
