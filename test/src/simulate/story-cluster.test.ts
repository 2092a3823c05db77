import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { raise } from '../../../src/simulate/story.ts';
import { parseCluster } from '../../../src/simulate/story-cluster.ts';

function parsed(json: unknown) {
  return parseCluster(JSON.stringify(json), 'cluster.json');
}

describe('cluster.json', () => {
  it('makes candidates of as many as the pool takes, of those that can be', () => {
    const { candidates } = parsed({ hosts: 5, not_master_capable: ['h2'], candidate_pool_size: 3 });
    assert.deepEqual(candidates, ['h1', 'h3', 'h4']);
  });

  it('takes no candidate that cannot be one, and no host that is not there', () => {
    assert.throws(
      () => parsed({ hosts: 3, candidates: ['h1', 'h2'], not_master_capable: ['h2'] }),
      /candidates: h2 is not master capable/,
    );
    assert.throws(
      () => parsed({ hosts: 3, not_vm_capable: ['h4'] }),
      /not_vm_capable: h4 is none of the hosts/,
    );
  });

  it('becomes what the simulated Ganeti has', async () => {
    const cluster = parsed({
      ...{ hosts: 4, candidate_pool_size: 2, drained: ['h4'] },
      ...{ not_master_capable: ['h3'], not_vm_capable: ['h2'] },
    });
    const { ganeti } = await raise(cluster, undefined);
    const those = (flag: 'master_capable' | 'vm_capable' | 'drained' | 'master_candidate') =>
      ganeti.nodes().flatMap((node) => (node[flag] ? [node.name.split('.')[0]] : []));
    assert.deepEqual(those('master_capable'), ['h1', 'h2', 'h4']);
    assert.deepEqual(those('vm_capable'), ['h1', 'h3', 'h4']);
    assert.deepEqual(those('drained'), ['h4']);
    assert.deepEqual(those('master_candidate'), ['h1', 'h2']);
    assert.equal(ganeti.newest().cluster.candidate_pool_size, 2);
  });
});
