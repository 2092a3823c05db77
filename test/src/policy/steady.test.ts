import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Condition, keepSteady, type Steadiness, steadySince } from '../../../src/policy/steady.ts';

const SOUND: ReadonlyMap<string, Condition> = new Map([['a', 'sound']]);

function look(previous: Steadiness | undefined, atMs: number, ring: number | undefined = 8): Steadiness {
  return keepSteady(previous, SOUND, ring, atMs);
}

test('a node that stays as it is has been so since the first look', () => {
  const last = look(look(look(undefined, 1_000), 21_000), 41_000);
  assert.equal(steadySince(last, 'a', 'sound'), 1_000);
  assert.equal(steadySince(last, 'a', 'stopped'), undefined);
  assert.equal(steadySince(last, 'b', 'sound'), undefined);
});

const breaks: readonly [string, (first: Steadiness) => Steadiness][] = [
  ['somebody joined or left', (first) => look(first, 21_000, 12)],
  ['the ring is not known', (first) => look(keepSteady(first, SOUND, undefined, 11_000), 21_000)],
  ['nobody looked for long', (first) => look(first, 201_001)],
  ['the clock was set back', (first) => look(look(first, 500), 1_500)],
  ['it was something else in between', (first) => look(keepSteady(first, new Map(), 8, 11_000), 21_000)],
];
for (const [what, then] of breaks) {
  test(`the count begins anew where ${what}`, () => {
    const last = then(look(undefined, 1_000));
    assert.notEqual(steadySince(last, 'a', 'sound'), 1_000);
    assert.ok((steadySince(last, 'a', 'sound') ?? Number.POSITIVE_INFINITY) <= last.atMs);
  });
}

test('the count outlasts being written and read', () => {
  const stored: Steadiness = JSON.parse(JSON.stringify(look(undefined, 1_000)));
  assert.equal(steadySince(look(stored, 21_000), 'a', 'sound'), 1_000);
});
