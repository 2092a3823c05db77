import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RepairInstance, RepairType } from '../../../src/repair/facts.ts';
import type { StepKind } from '../../../src/repair/plan-types.ts';
import { stepOps } from '../../../src/repair/steps.ts';
import { instance } from './small-cluster.ts';

const CONTEXT = { nowMs: 1, iallocator: 'hail', because: 'its node is dead', delaySeconds: 0 };
const DRBD = { template: 'drbd', secondary: 'h3.lab.test' } as const;

function ops(
  step: StepKind,
  given: Partial<RepairInstance> = {},
  type: RepairType = 'failover',
  rest: { start?: boolean; target?: string; delaySeconds?: number } = {},
): readonly Readonly<Record<string, unknown>>[] {
  const pending = { type, id: 'x', since: 1, jobs: [], tag: 'p' };
  const { start = false, target, delaySeconds = 0 } = rest;
  return stepOps({ kind: 'repair', step, pending, start, target }, instance('web1', given), {
    ...CONTEXT,
    delaySeconds,
  });
}

const ids = (made: ReturnType<typeof ops>): readonly unknown[] => made.map(({ OP_ID }) => OP_ID);

describe('a step', () => {
  it('carries the id of its repair, by which a later pass finds it', () => {
    const [op] = ops('failover');
    assert.deepEqual(op?.reason, [['gnt-ha:repair:x', 'failover of web1: its node is dead', 1_000_000]]);
  });

  it('of a DRBD instance goes to its secondary, of one on shared storage to where the allocator says', () => {
    assert.deepEqual(
      [ops('failover', DRBD)[0]?.iallocator, ops('failover')[0]?.iallocator, ops('migrate')[0]?.iallocator],
      [undefined, 'hail', 'hail'],
    );
  });

  it('migrates live, and reboots the instance instead only where that is allowed', () => {
    const allowed = (type: RepairType): unknown => ops('migrate', DRBD, type)[0]?.allow_failover;
    assert.deepEqual([allowed('migrate'), allowed('failover'), allowed('reinstall')], [false, true, true]);
  });

  it('moves what is down by a failover: Ganeti migrates only what runs', () => {
    assert.deepEqual(ids(ops('migrate', { adminState: 'down' }, 'migrate')), ['OP_INSTANCE_FAILOVER']);
  });

  it('moves local data to the node of the plan, and not without one', () => {
    const [op] = ops('move', { template: 'file' }, 'failover', { target: 'h3.lab.test' });
    assert.deepEqual([op?.OP_ID, op?.target_node], ['OP_INSTANCE_MOVE', 'h3.lab.test']);
    assert.throws(() => ops('move', { template: 'file' }), /Nothing was sent to Ganeti/);
  });

  it('waits first where it was told to, as jobs of harep do, and takes no lock for that', () => {
    const [first, second] = ops('failover', {}, 'failover', { delaySeconds: 10 });
    assert.deepEqual(
      [first?.OP_ID, first?.duration, first?.no_locks, second?.OP_ID],
      ['OP_TEST_DELAY', 10, true, 'OP_INSTANCE_FAILOVER'],
    );
  });

  it('reinstalls and starts only what has to run', () => {
    assert.equal(
      ids(ops('reinstall', { template: 'file' }, 'reinstall', { start: true })).at(-1),
      'OP_INSTANCE_STARTUP',
    );
    const down = { template: 'file', adminState: 'down' } as const;
    assert.deepEqual(ids(ops('reinstall', down, 'reinstall')), [
      'OP_INSTANCE_RECREATE_DISKS',
      'OP_INSTANCE_REINSTALL',
    ]);
  });
});
