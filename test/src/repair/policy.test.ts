import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { REPAIR_TYPES, type RepairNode } from '../../../src/repair/facts.ts';
import type { Policy } from '../../../src/repair/plan-types.ts';
import { opinionOf, policiesOf } from '../../../src/repair/policy.ts';
import { anyTag, NOW, policyTag } from './drawn-tags.ts';

const P = 'ganeti:watcher:autorepair:';
const NOW_MS = NOW * 1_000;

interface Tags {
  readonly instance: readonly string[];
  readonly group?: readonly string[];
  readonly cluster?: readonly string[];
}

/** Of an instance on h1, which is in group red; the group of h9, blue, has tags that must not count. */
function policy({ instance, group = [], cluster = [] }: Tags, primary = 'h1.lab.test'): Policy {
  const node = (name: string, of: string): [string, RepairNode] => [
    name,
    { name, group: of, state: 'online', because: 'as drawn' },
  ];
  const policyOf = policiesOf({
    nowMs: NOW_MS,
    clusterTags: cluster,
    groups: new Map([
      ['red-uuid', { uuid: 'red-uuid', name: 'red', tags: group }],
      ['blue-uuid', { uuid: 'blue-uuid', name: 'blue', tags: [`${P}suspend`] }],
    ]),
    nodes: new Map([node('h1.lab.test', 'red-uuid'), node('h9.lab.test', 'blue-uuid')]),
  });
  return policyOf({ name: 'web.lab.test', primary, tags: instance });
}

const WEB = { object: 'instance', name: 'web.lab.test' } as const;

describe('the policy of an instance', () => {
  it('is none without a tag', () => {
    assert.deepEqual(policy({ instance: ['production'] }), { kind: 'none' });
  });

  it('comes from the nearest object that has one', () => {
    const cluster = [`${P}migrate`];
    const of = (object: 'instance' | 'group' | 'cluster', name: string, type: string): object => ({
      kind: 'allowed',
      type,
      from: { object, name },
    });
    assert.deepEqual(policy({ instance: [], cluster }), of('cluster', 'cluster', 'migrate'));
    const group = [`${P}reinstall`];
    assert.deepEqual(policy({ instance: [], group, cluster }), of('group', 'red', 'reinstall'));
    assert.deepEqual(
      policy({ instance: [`${P}failover`], group, cluster }),
      of('instance', 'web.lab.test', 'failover'),
    );
  });

  it("is as in the design's example: I1 has failover, the cluster fix-storage and reinstall", () => {
    const cluster = [`${P}reinstall`, `${P}fix-storage`];
    const one = policy({ instance: [`${P}failover`], cluster });
    const other = policy({ instance: [], cluster });
    assert.equal(one.kind === 'allowed' && one.type, 'failover');
    assert.equal(other.kind === 'allowed' && other.type, 'fix-storage');
  });

  it('asks the group of the primary node, and none where Ganeti does not list that node', () => {
    assert.equal(policy({ instance: [] }, 'h9.lab.test').kind, 'suspended');
    assert.equal(policy({ instance: [], group: [`${P}suspend`] }, 'gone.lab.test').kind, 'none');
  });

  it('is suspended where a nearer object does not allow it again', () => {
    const cluster = [`${P}suspend`, `${P}failover`];
    assert.equal(policy({ instance: [], cluster }).kind, 'suspended');
    const again = policy({ instance: [], group: [`${P}migrate`], cluster });
    assert.equal(again.kind === 'allowed' && again.from.object, 'group');
  });

  it('is suspended for ever rather than until a time, and until the latest', () => {
    const [soon, late] = [`${P}suspend:${NOW + 60}`, `${P}suspend:${NOW + 600}`];
    assert.deepEqual(policy({ instance: [late, `${P}reinstall`, soon] }), {
      kind: 'suspended',
      untilMs: (NOW + 600) * 1_000,
      from: WEB,
      tag: late,
    });
    assert.deepEqual(policy({ instance: [late, `${P}suspend`, soon] }), {
      kind: 'suspended',
      untilMs: undefined,
      from: WEB,
      tag: `${P}suspend`,
    });
  });

  it('is suspended by what wanted to suspend and cannot be read, where harep goes on', () => {
    const tag = `${P}suspend:tomorrow`;
    assert.deepEqual(policy({ instance: [`${P}failover`, tag] }), {
      kind: 'suspended',
      untilMs: undefined,
      from: WEB,
      tag,
    });
  });

  it('does not hang on a suspension that is over, not even as an opinion', () => {
    const over = `${P}suspend:${NOW}`;
    assert.equal(policy({ instance: [over], cluster: [`${P}migrate`] }).kind, 'allowed');
    assert.equal(policy({ instance: [`${P}suspend:${NOW + 1}`] }).kind, 'suspended');
  });

  it('is not clear where a tag means nothing: it might have been to forbid something', () => {
    const tag = `${P}fixstorage`;
    assert.deepEqual(policy({ instance: [`${P}reinstall`, tag] }), { kind: 'unclear', tag, from: WEB });
    assert.equal(policy({ instance: [], cluster: [tag] }).kind, 'unclear');
    assert.equal(policy({ instance: [`${P}migrate`], cluster: [tag] }).kind, 'allowed');
    assert.equal(policy({ instance: [tag, `${P}suspend`] }).kind, 'suspended');
  });

  it('does not hang on tags that are about a repair', () => {
    const cluster = [`${P}failover`];
    for (const tag of [`${P}pending:reinstall:a:1:`, `${P}result:reinstall:a:1:success:`, `${P}pending:x`])
      assert.equal(policy({ instance: [tag], cluster }).kind, 'allowed');
  });
});

/** By how much they allow; for ever is less than until a time. */
function rank(opinion: Policy): number {
  switch (opinion.kind) {
    case 'suspended':
      return opinion.untilMs === undefined ? -1e15 : -opinion.untilMs;
    case 'unclear':
      return -1;
    case 'allowed':
      return REPAIR_TYPES.indexOf(opinion.type);
    case 'none':
      return 100;
    default:
      return opinion satisfies never;
  }
}

const tags = fc.array(anyTag, { maxLength: 6 });
const RUNS = { numRuns: 2_000, seed: 5 };

describe('policy, on any tags', () => {
  it('is that of the nearest object with an opinion', () => {
    fc.assert(
      fc.property(tags, tags, tags, (instance, group, cluster) => {
        const opinions = [
          opinionOf(instance, WEB, NOW_MS),
          opinionOf(group, { object: 'group', name: 'red' }, NOW_MS),
          opinionOf(cluster, { object: 'cluster', name: 'cluster' }, NOW_MS),
        ];
        const nearest = opinions.find(({ kind }) => kind !== 'none');
        assert.deepEqual(policy({ instance, group, cluster }), nearest ?? { kind: 'none' });
      }),
      RUNS,
    );
  });

  it('of one object never allows more because of one tag more', () => {
    fc.assert(
      fc.property(tags, anyTag, (before, tag) => {
        const after = opinionOf([...before, tag], WEB, NOW_MS);
        assert.ok(rank(after) <= rank(opinionOf(before, WEB, NOW_MS)));
      }),
      RUNS,
    );
  });

  it('takes the least destructive of an object', () => {
    fc.assert(
      fc.property(fc.array(policyTag, { minLength: 1 }), (given) => {
        const least = REPAIR_TYPES.find((type) => given.includes(P + type));
        assert.deepEqual(opinionOf(given, WEB, NOW_MS), { kind: 'allowed', type: least, from: WEB });
      }),
      RUNS,
    );
  });

  it('does not depend on the order of tags, which Ganeti does not keep', () => {
    fc.assert(
      fc.property(tags, (given) => {
        assert.deepEqual(opinionOf(given.toReversed(), WEB, NOW_MS), opinionOf(given, WEB, NOW_MS));
      }),
      RUNS,
    );
  });

  it('of one instance changes nothing for another', () => {
    fc.assert(
      fc.property(tags, tags, tags, (mine, group, cluster) => {
        const policyOf = policiesOf({
          nowMs: NOW_MS,
          clusterTags: cluster,
          groups: new Map([['g', { uuid: 'g', name: 'red', tags: group }]]),
          nodes: new Map([['h1', { name: 'h1', group: 'g', state: 'online', because: '' }]]),
        });
        const other = { name: 'db.lab.test', primary: 'h1', tags: [] };
        const before = policyOf(other);
        policyOf({ name: 'web.lab.test', primary: 'h1', tags: mine });
        assert.deepEqual(policyOf(other), before);
      }),
      RUNS,
    );
  });
});
