// Processes that are killed in the middle of a round of repairs, and the one that comes after them.
import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { withRepairs } from './repair-world.ts';
import type { World } from './world.ts';

/** Kills the process that holds the lock, which is the one at work. */
function killAtWork(world: World): void {
  const pid = Number(world.read('/run/ganeti-ha/repair.lock'));
  assert.ok(pid > 1, 'nobody holds the lock');
  process.kill(pid, 'SIGKILL');
}

describe('gnt-ha repair that is killed', { concurrency: 2 }, () => {
  for (const [submission, what] of [
    [1, 'when it had announced the repair'],
    [2, 'when it had submitted the repair'],
    [3, "when it had put the job's id into the tag"],
  ] as const)
    withRepairs(`${what} leaves nothing to be done twice`, {}, async (world, luxid) => {
      let seen = 0;
      luxid.after = async ({ method }) => {
        if (method !== 'SubmitManyJobs') return undefined;
        seen += 1;
        if (seen === submission) killAtWork(world);
        return undefined;
      };
      const killed = await world.gntHa('repair');
      assert.equal(killed.code, undefined);
      assert.equal(seen, submission);
      const run = await world.gntHa('repair');
      assert.equal(run.code, 0, run.stderr);
      const { history, tags } = luxid.cluster.instance('web');
      assert.deepEqual(history, ['INSTANCE_FAILOVER(web.lab.test)', 'INSTANCE_REPLACE_DISKS(web.lab.test)']);
      assert.equal(tags.length, 1);
      assert.match(tags[0] ?? '', /:result:failover:\S+:success:\d+\+\d+$/);
    });
});
