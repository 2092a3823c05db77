import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { CandidateSays } from '../../../src/ganeti/confd.ts';
import {
  type Claim,
  countVotes,
  newerConfigurations,
  type Vote,
  type Votes,
  voteCanBeWon,
} from '../../../src/ganeti/votes.ts';

const ME = 'h1';

function vote(voter: string, master: string, serial: number): Vote {
  return { voter, says: { kind: 'answered', master, serial } };
}

function silence(voter: string): Vote {
  return { voter, says: { kind: 'silent', reason: 'no answer' } };
}

/** What comes out for h1, whose ssconf names itself and whose own configuration has serial 10. */
function verdict(votes: readonly Vote[], other: Partial<Claim> = {}): Votes {
  return countVotes({ me: ME, claimedMaster: ME, mySerial: 10, votes, ...other });
}

describe('the votes of the other candidates', () => {
  it('confirm a master whom the others name', () => {
    assert.equal(verdict([vote('h2', ME, 10), vote('h3', ME, 10)]).kind, 'confirmed');
  });

  it('contradict an old master that returns with older configuration, even if only one tells', () => {
    const told = verdict([vote('h2', 'h2', 11), silence('h3')]);
    assert.deepEqual(told, {
      kind: 'contradicted',
      why: 'newer-configuration',
      confirming: [],
      contradicting: ['h2'],
      master: 'h2',
      serial: 11,
    });
  });

  it('contradict by newer configuration although more candidates with old configuration agree', () => {
    const told = verdict([vote('h2', 'h2', 11), vote('h3', ME, 10), vote('h4', ME, 10)]);
    assert.equal(told.kind, 'contradicted');
  });

  it('contradict by number where all configurations are equally new', () => {
    const told = verdict([vote('h2', 'h2', 10), vote('h3', 'h2', 10)]);
    assert.ok(told.kind === 'contradicted' && told.why === 'majority');
  });

  it('decide nothing where a majority has nothing but older configuration, as right after a failover', () => {
    assert.equal(verdict([vote('h2', 'h3', 9), vote('h3', 'h3', 9)]).kind, 'undecided');
    assert.equal(verdict([vote('h2', 'h3', 9), vote('h3', 'h3', 10)]).kind, 'contradicted');
  });

  it('do not let the stale old master of a cluster of two vote out the good one', () => {
    assert.equal(verdict([vote('h2', 'h2', 9)]).kind, 'undecided');
  });

  it('confirm the good master of three whom the stale old one alone contradicts', () => {
    assert.equal(verdict([vote('h2', 'h2', 9), vote('h3', ME, 10)]).kind, 'confirmed');
  });

  it('decide nothing when nobody answers, as in a cluster of two whose other node is dead', () => {
    assert.deepEqual(verdict([silence('h2')]), {
      kind: 'undecided',
      confirming: [],
      contradicting: [],
      silent: ['h2'],
    });
  });

  it('do not count what this node says about itself', () => {
    assert.equal(verdict([vote(ME, ME, 10), silence('h2')]).kind, 'undecided');
  });

  it('are believed against a node that cannot read its own configuration', () => {
    assert.equal(verdict([vote('h2', 'h2', 9)], { mySerial: undefined }).kind, 'contradicted');
    assert.equal(
      verdict([vote('h2', 'h2', 9), vote('h3', ME, 8)], { mySerial: undefined }).kind,
      'contradicted',
    );
  });

  it('can also be heard about somebody else whom ssconf names', () => {
    assert.equal(verdict([vote('h2', 'h2', 10)], { claimedMaster: 'h2' }).kind, 'confirmed');
    assert.equal(verdict([vote('h2', 'h3', 11)], { claimedMaster: 'h2' }).kind, 'contradicted');
  });
});

const SERIAL = fc.integer({ min: 0, max: 5 });
const SAYS: fc.Arbitrary<CandidateSays> = fc.oneof(
  fc.record({
    kind: fc.constant('answered' as const),
    master: fc.constantFrom('h1', 'h2', 'h3'),
    serial: SERIAL,
  }),
  fc.constant<CandidateSays>({ kind: 'no-config' }),
  fc.constant<CandidateSays>({ kind: 'silent', reason: 'no answer' }),
);
const VOTES = fc
  .array(SAYS, { maxLength: 7 })
  .map((all) => all.map((says, index): Vote => ({ voter: `h${index + 2}`, says })));

function answers(votes: readonly Vote[]): readonly { readonly master: string; readonly serial: number }[] {
  return votes.flatMap(({ says }) => (says.kind === 'answered' ? [says] : []));
}

describe('whatever the others say, the votes', () => {
  it('never confirm a master whom none of the others names', () => {
    fc.assert(
      fc.property(VOTES, SERIAL, (votes, mySerial) => {
        const strangers = votes.filter(({ says }) => says.kind !== 'answered' || says.master !== ME);
        assert.notEqual(verdict(strangers, { mySerial }).kind, 'confirmed');
      }),
    );
  });

  it('never confirm a master against newer configuration than any that names it', () => {
    fc.assert(
      fc.property(VOTES, SERIAL, (votes, mySerial) => {
        if (verdict(votes, { mySerial }).kind !== 'confirmed') return;
        const heard = answers(votes);
        const newest = Math.max(
          mySerial,
          ...heard.filter(({ master }) => master === ME).map((one) => one.serial),
        );
        assert.ok(heard.every(({ master, serial }) => master === ME || serial <= newest));
      }),
    );
  });

  it('never contradict a master against whom nobody speaks', () => {
    fc.assert(
      fc.property(VOTES, fc.option(SERIAL, { nil: undefined }), (votes, mySerial) => {
        const friends = votes.filter(({ says }) => says.kind !== 'answered' || says.master === ME);
        assert.notEqual(verdict(friends, { mySerial }).kind, 'contradicted');
      }),
    );
  });

  it('come to the same result in any order and whoever else is silent', () => {
    fc.assert(
      fc.property(VOTES, SERIAL, (votes, mySerial) => {
        const kind = verdict(votes, { mySerial }).kind;
        assert.equal(verdict([...votes].reverse(), { mySerial }).kind, kind);
        assert.equal(verdict([...votes, silence('h99')], { mySerial }).kind, kind);
      }),
    );
  });

  it('never confirm two nodes that both believe to be master', () => {
    fc.assert(
      fc.property(VOTES, SERIAL, SERIAL, (votes, first, second) => {
        const others = votes.filter(({ voter }) => voter !== 'h2');
        const atFirst = countVotes({
          me: 'h1',
          claimedMaster: 'h1',
          mySerial: first,
          votes: [...others, vote('h2', 'h2', second)],
        });
        const atSecond = countVotes({
          me: 'h2',
          claimedMaster: 'h2',
          mySerial: second,
          votes: [...others, vote('h1', 'h1', first)],
        });
        assert.ok(atFirst.kind !== 'confirmed' || atSecond.kind !== 'confirmed');
      }),
    );
  });
});

describe('newer configurations', () => {
  it('are those of other candidates with a higher serial', () => {
    const votes = [vote('h2', ME, 11), vote('h3', ME, 10), vote(ME, ME, 99), silence('h4')];
    assert.deepEqual(newerConfigurations(10, ME, votes), [{ voter: 'h2', master: ME, serial: 11 }]);
  });
});

describe("Ganeti's own vote", () => {
  for (const [all, living, won] of [
    [3, 2, true],
    [3, 1, false],
    [2, 1, false],
    [2, 2, true],
    [5, 3, true],
    [4, 2, false],
    [1, 1, true],
  ] as const) {
    it(`${won ? 'can' : 'cannot'} be won by ${living} of ${all}`, () => {
      assert.equal(voteCanBeWon(all, living), won);
    });
  }
});
