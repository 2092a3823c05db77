import assert from 'node:assert/strict';
import type { Env } from '../../../src/env/env.ts';
import { tellHolds } from '../../../src/sweep/holds.ts';
import { openJournal } from '../../../src/sweep/journal.ts';
import { onMachine } from '../ganeti/on-machine.ts';

const NAMES = { byGaneti: new Map(), notGanetis: [] };
const HELD = { kind: 'hold', node: 'h3', hold: 'fencing', text: 'the fencing of h3 runs' } as const;
const ALERT = {
  event: 'alert',
  node: 'h3',
  said: 'fencing-failed',
  atMs: 0,
  words: 'No such device',
  text: 'the fencing of h3 has failed',
} as const;

onMachine('a fencing that goes on for a minute is told, however many alerts came of it', ({ env }) => {
  const now = env.clock.now();
  const told = (ageMs: number, alerted: boolean): readonly string[] => {
    const then: Env = { ...env, clock: { ...env.clock, now: () => now + ageMs } };
    const journal = openJournal(then, 'monitor');
    if (alerted) journal.note(ALERT);
    tellHolds([HELD], { names: NAMES, evidence: new Map() }, journal, now + ageMs);
    return journal.reasons().map(({ code }) => code);
  };
  assert.deepEqual(told(0, false), []);
  assert.deepEqual(told(30_000, true), []);
  assert.deepEqual(told(59_999, true), []);
  assert.deepEqual(told(60_000, false), ['GNH303']);
});
