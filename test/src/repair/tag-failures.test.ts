import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { InstanceJob } from '../../../src/ganeti/repair-job-queries.ts';
import { tagFailures } from '../../../src/repair/tag-failures.ts';

const NOW = 1_700_000_000_000;

/** Jobs of ours that were to write the tags of web1 and failed, so many seconds ago. */
function failed(...secondsAgo: readonly number[]): readonly InstanceJob[] {
  return secondsAgo.map((ago, index) => ({
    ...{ id: index + 1, status: 'failed', source: 'gnt-ha:repair:x', instances: ['web1'], others: [] },
    ...{ opcodes: ['OP_TAGS_SET'], tagsOnly: true, reinstalls: false, untouched: false },
    ...{ endedMs: NOW - ago * 1_000, error: 'disk full', noRoom: false },
  }));
}

const waits = (jobs: readonly InstanceJob[]): boolean => tagFailures(jobs, NOW).has('web1');

describe('after a job that was to write tags has failed', () => {
  for (const [ago, waiting] of [
    [[0], false],
    [[100, 59], true],
    [[100, 61], false],
    [[400, 300, 239], true],
    [[400, 300, 241], false],
    [[4_000, 3_000, 2_000, 959], true],
    [[20_000, 10_000, 5_000, 4_000, 3_599], true],
    [[20_000, 10_000, 5_000, 4_000, 3_601], false],
  ] as const)
    it(`${ago.join(', ')} s ago ${waiting ? 'none' : 'another'} is submitted`, () => {
      assert.equal(waits(failed(...ago)), waiting);
    });

  it('the wait says what failed and when it ends', () => {
    assert.equal(
      tagFailures(failed(9, 0), NOW).get('web1'),
      'job 2 to write its tags failed: disk full; again at 22:14:20 UTC',
    );
  });

  it('only ours count, and only those that did nothing else', () => {
    assert.equal(waits(failed(2, 1).map((job) => ({ ...job, source: 'gnt:client' }))), false);
    assert.equal(waits(failed(2, 1).map((job) => ({ ...job, tagsOnly: false }))), false);
  });

  it('the tags of a group wait, too', () => {
    const jobs = failed(2, 1).map((job) => ({ ...job, instances: [], others: ['nodegroup default'] }));
    assert.deepEqual([...tagFailures(jobs, NOW).keys()], ['nodegroup default']);
  });
});
