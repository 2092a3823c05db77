import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsAutoPromote, type PoolNode } from '../../../src/ganeti/candidate-pool.ts';

/** `C` candidate (the master is one), `R` regular, `D` drained, `O` offline, `N` not master capable. */
function pool(letters: string): readonly PoolNode[] {
  return [...letters].map((letter, index) => ({
    name: `h${index + 1}`,
    masterCandidate: letter === 'C',
    drained: letter === 'D',
    offline: letter === 'O',
    masterCapable: letter !== 'N',
  }));
}

for (const [story, letters, node, size, needed] of [
  ['a small cluster where everybody is a candidate needs none', 'CCC', 'h3', 10, false],
  ['a candidate whose place a regular node could take needs it', 'CCR', 'h2', 2, true],
  ['a regular node takes no place', 'CCR', 'h3', 2, false],
  ['a pool that stays full needs none', 'CCCR', 'h2', 2, false],
  ['drained and offline nodes cannot take the place', 'CCDO', 'h2', 2, false],
  ['nor can nodes that are not master capable', 'CCN', 'h2', 2, false],
  ['a pool that was short already is refused too', 'CCRR', 'h2', 4, true],
  ['a pool of one without its candidate needs it', 'CR', 'h1', 1, true],
  ['an unknown node needs none', 'CCR', 'h9', 2, false],
] as const) {
  test(story, () => {
    assert.equal(needsAutoPromote(node, pool(letters), size), needed);
  });
}
