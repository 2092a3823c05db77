import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { LuxiCall } from '../../../src/ganeti/luxi.ts';
import { instanceJobsById, unfinishedInstanceJobs } from '../../../src/ganeti/repair-job-queries.ts';

interface Row {
  readonly status?: string;
  /** Of its opcodes; otherwise they are as the job is. */
  readonly opstatus?: readonly string[];
  readonly ops: readonly Readonly<Record<string, unknown>>[];
}

/** luxid with these jobs, numbered from 1. */
function luxid(...rows: readonly Row[]): LuxiCall {
  const data = rows.map(({ status = 'running', ops, opstatus = ops.map(() => status) }, index) => {
    const cells = [index + 1, status, ops, opstatus, ops.map(() => null), null];
    return cells.map((value) => [0, value]);
  });
  return async () => ({ data });
}

const web = { instance_name: 'web.lab.test' };

describe('a job', () => {
  for (const [opcodes, reinstalls] of [
    [['OP_INSTANCE_SHUTDOWN', 'OP_INSTANCE_RECREATE_DISKS', 'OP_INSTANCE_REINSTALL'], true],
    [['OP_INSTANCE_REINSTALL'], true],
    [['OP_INSTANCE_FAILOVER'], false],
    [['OP_INSTANCE_REPLACE_DISKS'], false],
    [['OP_TEST_DELAY', 'OP_INSTANCE_MOVE'], false],
  ] as const)
    it(`of ${opcodes.join(', ')} ${reinstalls ? 'may leave blank disks' : 'keeps the data'}`, async () => {
      const call = luxid({ ops: opcodes.map((id) => ({ OP_ID: id, ...web })) });
      const [job] = await unfinishedInstanceJobs(call);
      assert.deepEqual([job?.reinstalls, job?.instances], [reinstalls, ['web.lab.test']]);
    });

  for (const [opstatus, untouched] of [
    [['queued', 'queued', 'queued'], true],
    [['running', 'queued', 'queued'], true],
    [['success', 'waiting', 'queued'], true],
    [['success', 'canceled', 'canceled'], true],
    [['success', 'running', 'queued'], false],
    [['success', 'success', 'canceled'], false],
    [['success', 'success', 'waiting'], false],
    [['success', 'sleeping', 'queued'], false],
    [['error', 'error', 'error'], true],
    [['success', 'error', 'error'], false],
  ] as const)
    it(`whose opcodes are ${opstatus.join(', ')} has ${untouched ? 'not yet' : 'maybe'} touched disks`, async () => {
      const ids = ['OP_INSTANCE_SHUTDOWN', 'OP_INSTANCE_RECREATE_DISKS', 'OP_INSTANCE_REINSTALL'];
      const call = luxid({ opstatus, ops: ids.map((id) => ({ OP_ID: id, ...web })) });
      assert.equal((await unfinishedInstanceJobs(call))[0]?.untouched, untouched);
    });

  it('that was refused at its dry run has not touched disks', async () => {
    const recreate = { OP_ID: 'OP_INSTANCE_RECREATE_DISKS', ...web };
    const ops = [{ ...recreate, dry_run: true }, { OP_ID: 'OP_INSTANCE_SHUTDOWN', ...web }, recreate];
    for (const [opstatus, untouched] of [
      [['error', 'error', 'error'], true],
      [['success', 'running', 'queued'], true],
      [['success', 'success', 'error'], false],
    ] as const)
      assert.equal((await unfinishedInstanceJobs(luxid({ ops, opstatus })))[0]?.untouched, untouched);
  });

  it('of tags names what it changes the tags of', async () => {
    const call = luxid(
      { ops: [{ OP_ID: 'OP_TAGS_DEL', kind: 'cluster', name: null, tags: ['a'] }] },
      { ops: [{ OP_ID: 'OP_TAGS_DEL', kind: 'nodegroup', name: 'default', tags: ['a'] }] },
      { ops: [{ OP_ID: 'OP_TAGS_SET', kind: 'instance', name: 'web.lab.test', tags: ['a'] }] },
    );
    const jobs = await unfinishedInstanceJobs(call);
    assert.deepEqual(
      jobs.map(({ tagsOnly, others, instances }) => ({ tagsOnly, others, instances })),
      [
        { tagsOnly: true, others: ['cluster'], instances: [] },
        { tagsOnly: true, others: ['nodegroup default'], instances: [] },
        { tagsOnly: true, others: [], instances: ['web.lab.test'] },
      ],
    );
  });

  it('in a state that nobody knows is neither told of nor gone', async () => {
    const call = luxid({ status: 'sleeping', ops: [{ OP_ID: 'OP_INSTANCE_FAILOVER', ...web }] });
    assert.deepEqual(await instanceJobsById(call, [1, 2]), { jobs: [], gone: [2] });
  });
});
