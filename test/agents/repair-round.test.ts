// `gnt-ha repair` as a real process, in front of a described cluster.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { LuxiCluster } from '../luxi-cluster/server.ts';
import { AUTOREPAIR, withRepairs } from './repair-world.ts';

const RESULT = new RegExp(`^${AUTOREPAIR}result:failover:[-\\da-f]{36}:\\d+:success:(\\d+)\\+(\\d+)$`);

/** The first opcode of each job, and what became of it. */
function jobs(luxid: LuxiCluster): readonly (readonly string[])[] {
  return luxid.queue.jobs.map(({ ops, status }) => [...ops.map(({ OP_ID }) => String(OP_ID)), status]);
}

const TAGGED = ['OP_TAGS_SET', 'OP_TAGS_DEL', 'success'] as const;

describe('gnt-ha repair', { concurrency: 2 }, () => {
  withRepairs(
    'fails a DRBD instance over and gives it a new secondary, in one repair',
    {},
    async (world, luxid) => {
      const run = await world.gntHa('repair');
      assert.equal(run.code, 0, run.stdout + run.stderr);
      assert.deepEqual(jobs(luxid), [
        ['OP_TAGS_SET', 'success'],
        ['OP_INSTANCE_FAILOVER', 'success'],
        TAGGED,
        ['OP_INSTANCE_REPLACE_DISKS', 'success'],
        TAGGED,
        TAGGED,
      ]);
      const { pnode, snode, running, tags } = luxid.cluster.instance('web');
      assert.deepEqual([pnode, snode, running], ['h1.lab.test', 'h2.lab.test', true]);
      assert.equal(tags.length, 1);
      assert.deepEqual(RESULT.exec(tags[0] ?? '')?.slice(1), ['2', '4']);
    },
  );
});
