import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type EndedJob, hasEnded, prospect } from '../../../src/repair/attempts.ts';
import type { RepairJob, RepairType } from '../../../src/repair/facts.ts';
import type { StepKind } from '../../../src/repair/plan-types.ts';
import { job, NOW } from './small-cluster.ts';

function after(
  jobs: readonly Partial<RepairJob>[],
  type: RepairType = 'failover',
  step: StepKind = 'failover',
) {
  const ended: EndedJob[] = jobs.map((given, index) => job(index, given)).filter(hasEnded);
  const next = prospect(ended, type, step, NOW * 1_000);
  return next.kind === 'wait' ? next.wait : next.kind;
}

const ago = (seconds: number): Partial<RepairJob> => ({ endedMs: (NOW - seconds) * 1_000 });
const FAILED = {};
const SUCCESS = { status: 'success' } as const;

describe('a repair', () => {
  it('begins, and goes on after a job that succeeded', () => {
    assert.equal(after([]), 'go');
    assert.equal(after([FAILED, FAILED, SUCCESS]), 'go');
  });

  it('is tried again a minute after its first failure and five minutes after its second', () => {
    assert.equal(after([ago(59)]), 'retry-later');
    assert.equal(after([ago(60)]), 'go');
    assert.equal(after([FAILED, ago(299)]), 'retry-later');
    assert.equal(after([FAILED, ago(300)]), 'go');
  });

  it('fails with its third failure in a row, and a success between them begins a new row', () => {
    assert.equal(after([FAILED, FAILED, FAILED]), 'failure');
    assert.equal(after([FAILED, FAILED, SUCCESS, FAILED, FAILED]), 'go');
  });

  it('counts a job that Ganeti knows nothing of any more as failed, and waits for nothing then', () => {
    const gone = { status: 'gone', endedMs: undefined } as const;
    assert.equal(after([gone]), 'go');
    assert.equal(after([gone, FAILED, gone]), 'failure');
  });

  it('waits for room a minute, from the fourth refusal in a row five, and never fails for that', () => {
    const full = { noRoom: true };
    assert.equal(after([{ ...full, ...ago(59) }]), 'no-room');
    assert.equal(after([{ ...full, ...ago(61) }]), 'go');
    assert.equal(after([full, full, { ...full, ...ago(61) }]), 'go');
    assert.equal(after([full, full, full, { ...full, ...ago(299) }]), 'no-room');
    assert.equal(after([full, full, full, full, full, full]), 'go');
    assert.equal(after([FAILED, FAILED, full]), 'go');
    assert.equal(after([FAILED, full, FAILED, full, FAILED]), 'failure');
  });

  it('fails where a person canceled its job', () => {
    assert.equal(after([{ status: 'canceled' }]), 'failure');
  });

  it('goes on after a reinstallation that was canceled before it began, where its data is there again', () => {
    const taken = { status: 'canceled', reinstalls: true, untouched: true } as const;
    assert.equal(after([taken], 'reinstall', 'replace-secondary'), 'go');
    assert.equal(after([taken], 'reinstall', 'reinstall'), 'failure');
    assert.equal(after([{ ...taken, untouched: false }], 'reinstall', 'replace-secondary'), 'failure');
  });

  it('fails where a reinstallation failed, or may have', () => {
    assert.equal(after([{ reinstalls: true }]), 'failure');
    assert.equal(after([{ reinstalls: false }], 'reinstall'), 'go');
    assert.equal(after([{}], 'reinstall'), 'failure');
    assert.equal(after([{ status: 'gone' }], 'reinstall'), 'failure');
    assert.equal(after([{ reinstalls: true, noRoom: true }], 'reinstall'), 'go');
  });

  it('fails where four jobs in a row succeeded and changed nothing', () => {
    assert.equal(after([SUCCESS, SUCCESS, SUCCESS]), 'go');
    assert.equal(after([SUCCESS, SUCCESS, SUCCESS, SUCCESS]), 'failure');
  });

  it('goes on where four jobs in a row succeeded, each with a step of its own', () => {
    const steps = [
      'replace-secondary',
      'migrate',
      'replace-secondary',
      'failover',
      'replace-secondary',
    ] as const;
    const jobs = steps.map((step) => ({ ...SUCCESS, step }));
    assert.equal(after(jobs, 'failover', 'replace-secondary'), 'go');
    assert.equal(after(jobs, 'failover', 'failover'), 'go');
  });

  it('fails where four jobs in a row succeeded with the same step, however an instance that is down was moved', () => {
    const jobs = (['failover', 'migrate', 'failover', 'failover'] as const).map((step) => ({
      ...SUCCESS,
      step,
    }));
    assert.equal(after(jobs, 'migrate', 'migrate'), 'failure');
    assert.equal(after(jobs, 'migrate', 'replace-secondary'), 'go');
  });

  it('does not repeat at once what has just succeeded, since the configuration may be old', () => {
    const done = { ...SUCCESS, step: 'failover' } as const;
    assert.equal(after([{ ...done, ...ago(1) }]), 'retry-later');
    assert.equal(after([{ ...done, ...ago(5) }]), 'go');
    assert.equal(after([{ ...done, ...ago(1) }], 'failover', 'replace-secondary'), 'go');
  });

  it('waits no longer than it should where the clock was set back', () => {
    assert.equal(after([ago(-30)]), 'retry-later');
    assert.equal(after([ago(-3_600)]), 'go');
  });
});
