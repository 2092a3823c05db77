import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  delay,
  failover,
  migrate,
  move,
  reinstall,
  replaceSecondary,
} from '../../../src/ganeti/instance-opcodes.ts';
import type { Opcode } from '../../../src/ganeti/opcode.ts';
import type { InstanceJob } from '../../../src/ganeti/repair-job-queries.ts';
import { repairJob, sourceOf } from '../../../src/repair/job-facts.ts';
import type { StepKind } from '../../../src/repair/plan-types.ts';

const NAME = 'web.lab.test';
const WHY = { source: sourceOf('a'), text: 'why', nowMs: 0 };
const SECONDARY = { kind: 'secondary' } as const;

function stepOf(ops: readonly Opcode[]): StepKind | undefined {
  const job: InstanceJob = {
    ...{ id: 1, source: WHY.source, instances: [NAME], others: [], tagsOnly: false, reinstalls: false },
    ...{ untouched: false, endedMs: 1, error: undefined, noRoom: false },
    status: 'success',
    opcodes: ops.map(({ OP_ID: id }) => id),
  };
  return repairJob(job, (name) => name).step;
}

describe('a job of ours says by its opcodes that it is', () => {
  const cases: Readonly<Record<StepKind, readonly Opcode[]>> = {
    'replace-secondary': [replaceSecondary(NAME, 'hail', WHY)],
    migrate: [migrate(NAME, SECONDARY, { allowFailover: true }, WHY)],
    failover: [delay(60, WHY), failover(NAME, SECONDARY, WHY)],
    move: [move(NAME, 'h2.lab.test', WHY)],
    reinstall: reinstall(NAME, { iallocator: 'hail', up: true, start: true }, WHY),
  };
  for (const [step, ops] of Object.entries(cases))
    it(step, () => {
      assert.equal(stepOf(ops), step);
    });
});

describe('a job of somebody else', () => {
  it('is none of our steps where it does something else', () => {
    assert.equal(stepOf([delay(60, WHY)]), undefined);
  });
});
