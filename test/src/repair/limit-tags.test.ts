import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { limitsFromTags } from '../../../src/repair/limit-tags.ts';

const DEFAULTS = { cluster: 8, node: 2 };

describe('how many repairs may run at once', () => {
  it('is eight in the cluster and two on a node, where no tag says else', () => {
    assert.deepEqual(limitsFromTags(['production']), { limits: DEFAULTS, warnings: [] });
  });

  it('is what the tags of the cluster say; none at all is allowed', () => {
    assert.deepEqual(limitsFromTags(['ocf:repair:max:20', 'ocf:repair:max-node:0']), {
      limits: { cluster: 20, node: 0 },
      warnings: [],
    });
  });

  it('is the smaller of two, and the other is told of', () => {
    const { limits, warnings } = limitsFromTags(['ocf:repair:max:4', 'ocf:repair:max:3']);
    assert.deepEqual(limits, { cluster: 3, node: 2 });
    assert.deepEqual(warnings, [
      'The cluster tag ocf:repair:max:4 has no effect beside ocf:repair:max:3, the smaller. Remove it: gnt-cluster remove-tags ocf:repair:max:4',
    ]);
  });

  for (const text of ['', '-1', 'many', '1.5', '1/3', '10000'])
    it(`is not read from "${text}": the default counts, and a sentence says so`, () => {
      const tag = `ocf:repair:max-node:${text}`;
      assert.deepEqual(limitsFromTags([tag]), {
        limits: DEFAULTS,
        warnings: [
          `The cluster tag ${tag} has no effect: it needs a number from 0 to 9999, and 2 counts. Remove it: gnt-cluster remove-tags ${tag}`,
        ],
      });
    });

  it('is what a readable tag says beside one that is not', () => {
    const { limits, warnings } = limitsFromTags(['ocf:repair:max:x', 'ocf:repair:max:5']);
    assert.equal(limits.cluster, 5);
    assert.equal(warnings.length, 1);
    assert.match(warnings[0] ?? '', /ocf:repair:max:x has no effect: .* and 5 counts/);
  });
});
