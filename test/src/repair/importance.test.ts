import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import type { AdminState } from '../../../src/repair/facts.ts';
import { type Importance, importancesOf, moreImportantFirst } from '../../../src/repair/importance.ts';

const PRIORITY = 'ocf:repair:priority:';

interface Drawn {
  readonly name: string;
  readonly tags?: readonly string[];
  readonly admin?: AdminState;
  readonly since?: number;
}

function order(
  instances: readonly Drawn[],
  {
    group = [],
    cluster = [],
  }: { readonly group?: readonly string[]; readonly cluster?: readonly string[] } = {},
): readonly string[] {
  const importanceOf = importancesOf({
    clusterTags: cluster,
    groups: new Map([['g', { uuid: 'g', name: 'red', tags: group }]]),
    nodes: new Map([['h1', { name: 'h1', group: 'g', state: 'online', because: '' }]]),
  });
  return instances
    .map(({ name, tags = [], admin = 'up', since }) =>
      importanceOf({ name, primary: 'h1', adminState: admin, tags }, since),
    )
    .sort(moreImportantFirst)
    .map(({ name }) => name);
}

describe('the order of instances', () => {
  it('follows their priority first, 50 where none is given', () => {
    const tagged = (name: string, priority: string): Drawn => ({ name, tags: [PRIORITY + priority] });
    assert.deepEqual(order([tagged('low', '49'), { name: 'plain' }, tagged('high', '51')]), [
      'high',
      'plain',
      'low',
    ]);
    assert.deepEqual(order([tagged('nine', '9'), tagged('hundred', '100')]), ['hundred', 'nine']);
  });

  it('takes the priority of the group, then of the cluster, where the instance has none', () => {
    const one = { name: 'own', tags: [`${PRIORITY}20`] };
    const other = { name: 'inherits' };
    assert.deepEqual(order([other, one], { cluster: [`${PRIORITY}10`] }), ['own', 'inherits']);
    const both = { group: [`${PRIORITY}30`], cluster: [`${PRIORITY}10`] };
    assert.deepEqual(order([one, other], both), ['inherits', 'own']);
  });

  it('takes the higher of two on one object, and nothing from one that cannot be read', () => {
    const two = { name: 'two', tags: [`${PRIORITY}1`, `${PRIORITY}60`] };
    const wrong = { name: 'wrong', tags: [`${PRIORITY}101`, `${PRIORITY}high`] };
    assert.deepEqual(order([wrong, { name: 'z' }, two], { cluster: [`${PRIORITY}40`] }), [
      'two',
      'wrong',
      'z',
    ]);
  });

  it('puts what shall run before what is down, then what waits longest, then by name', () => {
    const instances: readonly Drawn[] = [
      { name: 'down-old', admin: 'down', since: 1 },
      { name: 'new-b' },
      { name: 'new-a' },
      { name: 'young', since: 20 },
      { name: 'old', since: 10 },
    ];
    assert.deepEqual(order(instances), ['old', 'young', 'new-a', 'new-b', 'down-old']);
  });

  it('is the same from whatever order it starts', () => {
    const importance = fc.record(
      {
        priority: fc.constantFrom(0, 50, 100),
        up: fc.boolean(),
        since: fc.option(fc.nat({ max: 3 }), { nil: undefined }),
        name: fc.constantFrom('a', 'b', 'c', 'd'),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(importance), fc.array(importance), (some, others) => {
        const sorted = (given: readonly Importance[]): readonly Importance[] =>
          given.toSorted(moreImportantFirst);
        assert.deepEqual(sorted([...some, ...others]), sorted([...others, ...some]));
      }),
      { numRuns: 1_000, seed: 7 },
    );
  });
});
