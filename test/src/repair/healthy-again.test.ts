import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RepairInstance, RepairJob } from '../../../src/repair/facts.ts';
import { startMark } from '../../../src/repair/format-tags.ts';
import { AUTOREPAIR, facts, ID, job, NOW_MS, planOf } from '../cli/repair-facts.ts';

const HEALTHY: Partial<RepairInstance> = { primary: 'h1.lab.test', secondary: 'h2.lab.test' };
const BROKEN: Partial<RepairInstance> = { primary: 'h3.lab.test', secondary: undefined, template: 'plain' };
const PENDING = `${AUTOREPAIR}pending:reinstall:${ID}:1:`;
const MARK = startMark(ID);

function ended(status: RepairJob['status'], changes: Partial<RepairJob>): RepairJob {
  return { ...job(7, status), endedMs: NOW_MS - 3_600_000, ...changes };
}

function outcome(instance: Partial<RepairInstance>, ...jobs: readonly RepairJob[]): string | undefined {
  return planOf(facts([{ adminState: 'down', ...instance }], { jobs })).instances[0]?.ended;
}

describe('an instance that is healthy again, with a reinstallation pending', () => {
  const tags = [`${PENDING}7`, MARK];

  it('is done although an administrator has shut it down, where nothing was tried', () => {
    assert.equal(outcome({ ...HEALTHY, tags: [PENDING, MARK] }), 'success');
  });

  it('is done although an administrator has shut it down, where it was only moved', () => {
    assert.equal(outcome({ ...HEALTHY, tags }, ended('success', { reinstalls: false })), 'success');
  });

  it('has failed where it is down after a reinstallation that was to start it', () => {
    assert.equal(outcome({ ...HEALTHY, tags }, ended('success', { reinstalls: true })), 'failure');
  });

  it('has failed where a reinstallation may have left its disks blank', () => {
    const up = { ...HEALTHY, adminState: 'up', tags } as const;
    assert.equal(outcome(up, ended('failed', { reinstalls: true })), 'failure');
    assert.equal(outcome(up, ended('gone', { reinstalls: undefined })), 'failure');
  });

  it('is done where only a failover failed, and somebody has mended it', () => {
    const up = { ...HEALTHY, adminState: 'up', tags: [`${PENDING}7`] } as const;
    assert.equal(outcome(up, ended('failed', { reinstalls: false })), 'success');
  });
});

describe('a reinstallation that is pending', () => {
  const first = (instance: Partial<RepairInstance>, ...jobs: readonly RepairJob[]) =>
    planOf(facts([{ ...BROKEN, ...instance }], { jobs })).instances[0]?.action;

  it('does not start what an administrator has shut down since it was announced', () => {
    assert.deepEqual(first({ adminState: 'down', tags: [PENDING, MARK] }), {
      ...{ kind: 'tag', set: [], remove: [MARK] },
    });
    const next = first({ adminState: 'down', tags: [PENDING] });
    assert.equal(next?.kind === 'repair' && next.start, false);
  });

  it('starts what an earlier attempt has stopped', () => {
    const job = ended('failed', { reinstalls: true, noRoom: true });
    const next = first({ adminState: 'down', tags: [`${PENDING}7`, MARK] }, job);
    assert.equal(next?.kind === 'repair' && next.start, true);
  });

  it('does not start what an administrator has shut down, where earlier jobs only moved it', () => {
    const job = ended('success', { reinstalls: false });
    assert.deepEqual(first({ adminState: 'down', tags: [`${PENDING}7`, MARK] }, job), {
      ...{ kind: 'tag', set: [], remove: [MARK] },
    });
  });

  it('is tried again after a failover of its that failed', () => {
    const job = ended('failed', { reinstalls: false });
    const drbd = { template: 'drbd', secondary: 'h1.lab.test', tags: [`${PENDING}7`] } as const;
    const next = first(drbd, job);
    assert.equal(next?.kind === 'repair' && next.step, 'failover');
  });
});
