import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { tagWarnings } from '../../../src/repair/tag-warnings.ts';
import { anyTag } from './drawn-tags.ts';
import { taggedCluster } from './tagged-cluster.ts';

const P = 'ganeti:watcher:autorepair:';

describe('a warning about a tag', () => {
  it('is not given for what is understood', () => {
    const policy = [`${P}failover`, `${P}suspend`, `${P}suspend:1`, 'ocf:repair:priority:70', 'production'];
    const facts = taggedCluster({
      cluster: [
        ...policy,
        'ocf:repair:max:4',
        'ocf:repair:max-node:1',
        'ocf:repair:off',
        'ocf:node-offline:max:2',
      ],
      groups: { red: policy },
      instances: {
        web: [
          ...policy,
          `${P}pending:reinstall:a:1:`,
          'ocf:repair:start:a',
          `${P}result:migrate:b:1:success:7`,
        ],
      },
    });
    assert.deepEqual(tagWarnings(facts), []);
  });

  it('says of an unreadable suspension that it counts, and how to be rid of it', () => {
    const tag = `${P}suspend:tomorrow`;
    const why = 'counts as suspended for ever: what follows suspend is not a time in seconds since 1970';
    assert.deepEqual(tagWarnings(taggedCluster({ cluster: [tag], groups: { red: [tag] } })), [
      `The cluster tag ${tag} ${why}. Remove it: gnt-cluster remove-tags ${tag}`,
      `The tag ${tag} of group red ${why}. Remove it: gnt-group remove-tags red ${tag}`,
    ]);
  });

  it('names a word that is no policy, a repair that cannot be read, two that contradict each other', () => {
    const web = [`${P}Failover`, `${P}pending:failover:a:soon:`];
    const db = [`${P}pending:failover:a:1:`, `${P}pending:migrate:a:1:`];
    assert.deepEqual(tagWarnings(taggedCluster({ instances: { web, db } })), [
      `The tag ${P}Failover of instance web holds repairs: it is neither fix-storage, migrate, failover, reinstall nor suspend. Remove it: gnt-instance remove-tags web ${P}Failover`,
      `The tag ${web[1]} of instance web holds this instance's repairs: its time is not in seconds since 1970. Remove it: gnt-instance remove-tags web ${web[1]}`,
      `The tag ${db[1]} of instance db holds this instance's repairs: ${db[0]} has the same id and another type. Remove it: gnt-instance remove-tags db ${db[1]}`,
    ]);
  });

  it('says of what is on the wrong object that it has no effect', () => {
    const pending = `${P}pending:failover:a:1:`;
    const warnings = tagWarnings(
      taggedCluster({
        cluster: [pending, 'ocf:repair:start:a'],
        groups: { red: [`${P}pending:x`, 'ocf:repair:max:3'] },
        instances: { web: ['ocf:repair:off'] },
      }),
    );
    assert.deepEqual(
      warnings.map((text) => text.replace(/\. Remove it.*/, '')),
      [
        `The cluster tag ${pending} has no effect on a cluster`,
        'The cluster tag ocf:repair:start:a has no effect on a cluster',
        `The tag ${P}pending:x of group red has no effect on a group`,
        'The tag ocf:repair:max:3 of group red has no effect on a group',
        'The tag ocf:repair:off of instance web has no effect on an instance',
      ],
    );
  });

  it('finds what is misspelt below our own prefix', () => {
    const [text, ...more] = tagWarnings(taggedCluster({ cluster: ['ocf:repair:maximum:3'] }));
    assert.match(text ?? '', /ocf:repair:maximum:3 is not known and has no effect\. Remove it/);
    assert.deepEqual(more, []);
  });

  it('tells of a priority that cannot be read and of the lower of two', () => {
    const web = ['ocf:repair:priority:high', 'ocf:repair:priority:10', 'ocf:repair:priority:20'];
    assert.deepEqual(
      tagWarnings(taggedCluster({ instances: { web } })).map((text) => text.replace(/\. Remove it.*/, '')),
      [
        `The tag ${web[0]} of instance web has no effect: it needs a whole number from 0 to 100`,
        `The tag ${web[1]} of instance web has no effect beside ${web[2]}, the higher`,
      ],
    );
  });

  it('tells of limits that were not used', () => {
    const [text] = tagWarnings(taggedCluster({ cluster: ['ocf:repair:max:no'] }));
    assert.match(text ?? '', /ocf:repair:max:no has no effect: it needs a number/);
  });

  it('of one instance is the same whatever tags another one has', () => {
    fc.assert(
      fc.property(fc.array(anyTag), fc.array(anyTag), (mine, others) => {
        const alone = tagWarnings(taggedCluster({ instances: { web: mine } }));
        const both = tagWarnings(taggedCluster({ instances: { web: mine, db: others } }));
        assert.deepEqual(both.slice(0, alone.length), alone);
      }),
      { numRuns: 1_000, seed: 8 },
    );
  });
});
