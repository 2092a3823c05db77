import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LuxiError } from '../../../src/ganeti/luxi.ts';
import { failureText, latenessText } from '../../../src/sweep/luxi-trouble.ts';

function unanswered(method: string): LuxiError {
  return new LuxiError({ kind: 'timeout', phase: 'answer', method, afterMs: 12_000 });
}

test('a job without an answer may have been taken, a question without one has done nothing', () => {
  assert.match(
    failureText(unanswered('SubmitJob'), ['h3'], ['h3']),
    /not known yet whether h3 is being marked offline\. /,
  );
  assert.match(
    failureText(unanswered('SubmitJob'), ['h3', 'h4'], ['h3']),
    /took too long .* whether h3 is being marked offline; not marked offline: h4\. /,
  );
  assert.match(failureText(unanswered('SubmitJob'), [], ['h3']), /may have been taken all the same/);
  assert.match(
    failureText(unanswered('Query'), ['h3'], ['h3']),
    /cannot be used .*; not marked offline: h3\. /,
  );
  assert.match(failureText(unanswered('Query'), [], []), /not every job was followed up/);
});

test('what is left for the next look is told, and what is never made up for', () => {
  const none = { usePoweroff: false, usePowercycle: false, onReturn: 'hold' } as const;
  const power = { ...none, usePoweroff: true };
  const readmit = { ...none, onReturn: 'readmit' } as const;
  const done = { offlined: ['h3'], powered: [], marked: [] };
  assert.match(latenessText(['h3', 'h4'], done, none) ?? '', /the next looks see to h4\. /);
  assert.match(latenessText(['h3'], done, power) ?? '', /: no power job for h3\. /);
  assert.match(latenessText(['h3'], done, readmit) ?? '', /: h3 is not taken back by itself\. /);
  assert.equal(latenessText(['h3'], { ...done, powered: ['h3'] }, power), undefined);
  assert.equal(latenessText(['h3'], { ...done, marked: ['h3'] }, readmit), undefined);
  assert.equal(latenessText(['h3'], done, none), undefined);
});
