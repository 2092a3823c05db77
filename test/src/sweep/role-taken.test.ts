import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { MASTER_TAKEN } from '../../../src/env/paths.ts';
import { noteTaken, noteTaking, type Rounds, roundsLeft } from '../../../src/sweep/role-taken.ts';
import { makeMachine } from '../ganeti/machine.ts';

const SECOND = 1_000;

interface Host {
  pass(ms: number): void;
  taken(): void;
  taking(): void;
  left(): Rounds | undefined;
  put(text: string): void;
}

function onHost(title: string, body: (host: Host) => void): void {
  it(title, () => {
    const machine = makeMachine();
    let nowMs = 1_753_000_000_000;
    const env = { ...machine.env, clock: { ...machine.env.clock, now: () => nowMs } };
    try {
      body({
        pass: (ms) => {
          nowMs += ms;
        },
        taken: () => noteTaken(env, 'h1'),
        taking: () => noteTaking(env),
        left: () => roundsLeft(env),
        put: (text) => machine.put(MASTER_TAKEN, text),
      });
    } finally {
      machine.close();
    }
  });
}

describe('after a take-over', () => {
  onHost('three rounds are made, at once, after 20 s and after a minute', ({ pass, taken, left }) => {
    taken();
    assert.equal(left()?.due, true);
    assert.equal(left()?.made(['h3']), true);
    assert.equal(left()?.due, false);
    pass(20 * SECOND);
    assert.equal(left()?.due, true);
    assert.equal(left()?.made([]), true);
    pass(39 * SECOND);
    assert.equal(left()?.due, false);
    pass(SECOND);
    assert.equal(left()?.made([]), false);
    assert.equal(left(), undefined);
  });

  onHost('the first round is left to a failover that is still at work', ({ pass, taking, left }) => {
    taking();
    assert.equal(left()?.due, false);
    pass(20 * SECOND);
    assert.equal(left()?.due, true);
  });

  onHost('whom the last round did not reach is owed the word until it is told', ({ taken, pass, left }) => {
    taken();
    pass(60 * SECOND);
    for (let round = 0; round < 3; round++) left()?.made(['h1', 'h3']);
    assert.deepEqual(left()?.owed, ['h1', 'h3']);
    assert.equal(left()?.takenFrom, 'h1');
    assert.equal(left()?.due, false);
    left()?.stillOwed(['h1']);
    assert.deepEqual(left()?.owed, ['h1']);
    left()?.stillOwed([]);
    assert.equal(left(), undefined);
  });

  onHost('a clock that was set back does not put off the next round', ({ taken, pass, left }) => {
    taken();
    pass(-3_600 * SECOND);
    assert.equal(left()?.due, true);
  });
});

describe('where the role was found', () => {
  onHost('one round is due, and nobody is known from whom it was taken', ({ left }) => {
    assert.equal(left()?.due, true);
    assert.equal(left()?.takenFrom, undefined);
    assert.equal(left()?.made([]), false);
    assert.equal(left(), undefined);
  });

  onHost('a torn file is no reason to leave any out', ({ left, put }) => {
    put('');
    assert.equal(left()?.due, true);
    put('garbage');
    assert.equal(left()?.due, true);
    assert.equal(left()?.made([]), true);
  });
});
