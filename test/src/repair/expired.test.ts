import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { expiredOf } from '../../../src/repair/expired.ts';
import { NOW } from './drawn-tags.ts';
import { taggedCluster } from './tagged-cluster.ts';

const SUSPEND = 'ganeti:watcher:autorepair:suspend';

describe('a suspension that is over', () => {
  it('is found on whatever object it is', () => {
    const tags = [`${SUSPEND}:${NOW - 1}`];
    const facts = taggedCluster({ cluster: tags, groups: { red: tags }, instances: { web: tags } });
    const of = (object: string, name: string): object => ({ on: { object, name }, tag: tags[0] });
    assert.deepEqual(expiredOf(facts), [of('cluster', 'cluster'), of('group', 'red'), of('instance', 'web')]);
  });

  it('is over in the second it names, as it counts no more from then on', () => {
    const web = [`${SUSPEND}:${NOW}`, `${SUSPEND}:${NOW + 1}`];
    const expired = expiredOf(taggedCluster({ instances: { web } }));
    assert.deepEqual(
      expired.map(({ tag }) => tag),
      [`${SUSPEND}:${NOW}`],
    );
  });

  it('goes also beside one for ever, and several go at once', () => {
    const web = [SUSPEND, `${SUSPEND}:1`, `${SUSPEND}:2`];
    assert.equal(expiredOf(taggedCluster({ instances: { web } })).length, 2);
  });

  it('is none that cannot be read or has no end: a person set it for a reason', () => {
    const web = [SUSPEND, `${SUSPEND}:`, `${SUSPEND}:tomorrow`, `${SUSPEND}:-1`, 'production'];
    assert.deepEqual(expiredOf(taggedCluster({ instances: { web } })), []);
  });
});
