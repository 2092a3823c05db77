import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type Candidacy, PROMOTED_SCORE, promotionScore } from '../../../src/promotable/score.ts';

const SOUND: Candidacy = {
  candidate: true,
  lastHolder: false,
  mySerial: 10,
  newestOther: 10,
  healthy: true,
};

function score(change: Partial<Candidacy>): number | undefined {
  return promotionScore({ ...SOUND, ...change });
}

const anyCandidacy: fc.Arbitrary<Candidacy> = fc.record({
  candidate: fc.boolean(),
  lastHolder: fc.boolean(),
  mySerial: fc.option(fc.nat(20), { nil: undefined }),
  newestOther: fc.option(fc.nat(20), { nil: undefined }),
  healthy: fc.boolean(),
});

describe('the promotion score', () => {
  it('is what the documentation says', () => {
    assert.equal(score({}), 100);
    assert.equal(score({ lastHolder: true }), 110);
    assert.equal(score({ newestOther: 11 }), 10);
    assert.equal(score({ newestOther: undefined }), 100);
    assert.equal(score({ mySerial: undefined }), 1);
    assert.equal(score({ healthy: false }), 50);
    assert.equal(score({ candidate: false }), undefined);
  });

  it('is there for candidates only, and then a whole number between nothing and the holder’s', () => {
    fc.assert(
      fc.property(anyCandidacy, (candidacy) => {
        const found = promotionScore(candidacy);
        if (!candidacy.candidate) return found === undefined;
        return found !== undefined && Number.isInteger(found) && found > 0 && found < PROMOTED_SCORE;
      }),
    );
  });

  it('never prefers an older configuration to a newest one, however sound the machine', () => {
    fc.assert(
      fc.property(anyCandidacy, anyCandidacy, fc.nat(20), (one, other, newest) => {
        const fresh = promotionScore({ ...one, candidate: true, mySerial: newest, newestOther: newest });
        const older = promotionScore({
          ...other,
          candidate: true,
          mySerial: newest - 1,
          newestOther: newest,
        });
        return (fresh ?? 0) > (older ?? 0);
      }),
    );
  });
});
