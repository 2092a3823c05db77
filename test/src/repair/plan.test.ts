import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { RepairInstance } from '../../../src/repair/facts.ts';
import { planPass, wantsRoom } from '../../../src/repair/plan.ts';
import { clusterOf, instance, job, NOW, P, plans } from './small-cluster.ts';

const one = (given: Partial<RepairInstance>, rest: Parameters<typeof clusterOf>[1] = {}) => {
  const plan = plans(clusterOf([instance('web1', given)], rest)).web1;
  assert.ok(plan);
  return plan;
};
const HEALTHY = { primary: 'h3.lab.test' };
const pending = (id: string, jobs = '', since = NOW - 100, type = 'failover') =>
  `${P}pending:${type}:${id}:${since}:${jobs}`;

describe('a pass', () => {
  it('writes that a repair is pending before it is begun, and the mark that it has to run again', () => {
    const lost = { template: 'plain', tags: [`${P}reinstall`] } as const;
    assert.deepEqual(one(lost).action, {
      kind: 'tag',
      set: [pending('id-1', '', NOW, 'reinstall'), 'ocf:repair:start:id-1'],
      remove: [],
    });
  });

  it('begins the step of a pending repair, whoever set its tag and whatever policy is', () => {
    const { action, policy } = one({ tags: [pending('once')] });
    assert.equal(policy.kind, 'none');
    assert.equal(action.kind === 'repair' && action.step, 'failover');
  });

  it('takes the oldest of several pending repairs', () => {
    const { action } = one({ tags: [pending('new', '', NOW - 5), pending('old', '', NOW - 50)] });
    assert.equal(action.kind === 'repair' && action.pending.id, 'old');
  });

  it('resolves all pending repairs of a healthy instance in one job', () => {
    const { action, ended } = one(
      { ...HEALTHY, tags: [pending('a', '7'), pending('b')] },
      { jobs: [job(7)] },
    );
    assert.equal(ended, 'success');
    assert.deepEqual(action, {
      kind: 'tag',
      set: [`${P}result:failover:a:${NOW}:success:7`, `${P}result:failover:b:${NOW}:success:`],
      remove: [pending('a', '7'), pending('b')],
    });
  });

  it('writes a job into the tag that it does not list, where somebody died between the two', () => {
    const jobs = [job(7), job(8, { repair: 'a', status: 'unfinished' })];
    assert.deepEqual(one({ tags: [pending('a', '7')] }, { jobs }).action, {
      kind: 'tag',
      set: [pending('a', '7+8')],
      remove: [pending('a', '7')],
    });
  });

  it('does not take the job of another instance whose repair has the same id for its own', () => {
    const jobs = [job(8, { repair: 'a', instances: ['web2'] })];
    assert.equal(one({ tags: [pending('a')] }, { jobs }).action.kind, 'repair');
  });

  it('does not take a job that a short tag has no room for any more for one that was not written down', () => {
    const jobs = [5, 6, 7].map((id) => job(id, { repair: 'a', status: 'success' }));
    assert.equal(one({ tags: [pending('a', '6+7')] }, { jobs }).action.kind, 'repair');
  });

  it('waits for what runs: its own jobs, jobs that are to write its tags, and those of others', () => {
    const waits = (given: Parameters<typeof job>[1], tags = [pending('a', '7')]) => {
      const jobs = [job(7, { status: 'success' }), job(8, { status: 'unfinished', ...given })];
      const { action } = one({ tags }, { jobs });
      return action.kind === 'wait' ? action.wait : action.kind;
    };
    assert.equal(waits({}), 'other-job');
    assert.equal(waits({ repair: 'a', tagsOnly: true }), 'jobs-running');
    assert.equal(waits({ instances: [] }, [pending('a', '8')]), 'jobs-running');
    assert.equal(waits({ instances: ['web2'] }), 'repair');
  });

  it('waits where nobody could say what became of a job', () => {
    const { action, because } = one({ tags: [pending('a', '7')] });
    assert.deepEqual(action, { kind: 'wait', wait: 'jobs-running' });
    assert.match(because, /what became of job 7 of its repair is not known yet/);
  });

  it('begins nothing while stopped, and says why, but ends what is over', () => {
    const stopped = 'the cluster is paused';
    assert.match(
      one({ tags: [`${P}failover`] }, { stopped }).because,
      /nothing new is begun: the cluster is paused/,
    );
    assert.deepEqual(one({ tags: [pending('a')] }, { stopped }).action, { kind: 'wait', wait: 'stopped' });
    assert.equal(one({ ...HEALTHY, tags: [pending('a')] }, { stopped }).ended, 'success');
  });

  it('refuses once what is more than policy allows', () => {
    const first = one({ tags: [`${P}migrate`] });
    const enoperm = `${P}result:failover:id-1:${NOW}:enoperm:`;
    assert.deepEqual(first.action, { kind: 'tag', set: [enoperm], remove: [] });
    assert.deepEqual(one({ tags: [`${P}migrate`, enoperm] }).action, { kind: 'none' });
  });

  it('begins with a new secondary where policy allows that and not the move after it', () => {
    const both = { template: 'drbd', primary: 'h2.lab.test', secondary: 'h1.lab.test' } as const;
    const { action } = one({ ...both, tags: [`${P}fix-storage`] });
    assert.deepEqual(action.kind === 'tag' && action.set, [pending('id-1', '', NOW, 'fix-storage')]);
    assert.equal(one({ ...both, tags: [pending('id-1', '', NOW, 'fix-storage')] }).action.kind, 'repair');
    assert.equal(
      one({ ...both, secondary: 'h3.lab.test', tags: [pending('id-1', '', NOW, 'fix-storage')] }).ended,
      'enoperm',
    );
  });

  it('starts after a reinstallation what was up before it, although an attempt has stopped it', () => {
    const down = { template: 'plain', adminState: 'down' } as const;
    const tags = [pending('a', '7', NOW - 100, 'reinstall'), 'ocf:repair:start:a'];
    const { action } = one({ ...down, tags }, { jobs: [job(7, { noRoom: true, reinstalls: true })] });
    assert.equal(action.kind === 'repair' && action.start, true);
  });

  it('leaves down what its administrator has stopped before anything was tried', () => {
    const down = { template: 'plain', adminState: 'down' } as const;
    const tags = [pending('a', '', NOW - 100, 'reinstall'), 'ocf:repair:start:a'];
    assert.deepEqual(one({ ...down, tags }).action, { kind: 'tag', set: [], remove: ['ocf:repair:start:a'] });
    assert.equal(one({ ...down, ...HEALTHY, tags }).ended, 'success');
  });

  it('fails a repair that has left an instance down which was up', () => {
    const tags = [pending('a', '7', NOW - 100, 'reinstall'), 'ocf:repair:start:a'];
    const jobs = [job(7, { status: 'success', reinstalls: true })];
    const { ended, because } = one({ ...HEALTHY, adminState: 'down', tags }, { jobs });
    assert.equal(ended, 'failure');
    assert.match(because, /is down although it was up before/);
  });

  it('is done with a healthy instance whose reinstallation was canceled before it began, unless that has stopped it', () => {
    const tags = [pending('a', '7', NOW - 100, 'reinstall'), 'ocf:repair:start:a'];
    const jobs = [job(7, { status: 'canceled', reinstalls: true, untouched: true })];
    assert.equal(one({ ...HEALTHY, tags }, { jobs }).ended, 'success');
    assert.equal(one({ ...HEALTHY, adminState: 'down', tags }, { jobs }).ended, 'failure');
  });

  it('names every tag that has to go before a failed instance is repaired again', () => {
    const failures = ['a', 'b'].map((id) => `${P}result:failover:${id}:${NOW - 9}:failure:7`);
    const { state, because } = one({ tags: [`${P}reinstall`, ...failures, pending('c')] });
    assert.equal(state, 'failed');
    assert.ok(because.endsWith(`gnt-instance remove-tags web1 ${failures.join(' ')}`), because);
  });

  it('says where a tag stands that holds an instance', () => {
    const because = (tag: string) => one({}, { clusterTags: [tag] }).because;
    assert.match(
      because(`${P}suspend`),
      /suspended by \S+:suspend on the cluster, until that tag is removed/,
    );
    assert.match(because(`${P}suspended`), /nobody knows what \S+:suspended on the cluster means/);
    const groups = new Map([['uuid', { uuid: 'uuid', name: 'default', tags: [`${P}suspend:${NOW + 60}`] }]]);
    assert.match(one({}, { groups }).because, /on group default, until 2023-11-14T22:14:20\.000Z/);
  });

  it('only counts healthy instances without tags of its own', () => {
    const { instances, healthy } = planPass(clusterOf([instance('web1', HEALTHY)]), () => 'id');
    assert.deepEqual({ instances, healthy }, { instances: [], healthy: 1 });
  });
});

describe('free room', () => {
  const wants = (given: Partial<RepairInstance>) =>
    wantsRoom(planPass(clusterOf([instance('web1', given)]), () => 'id'));

  it('is asked for only where something is to be placed', () => {
    assert.equal(wants(HEALTHY), false);
    assert.equal(wants({}), false);
    assert.equal(wants({ ...HEALTHY, tags: [pending('a')] }), false);
    assert.equal(wants({ tags: [`${P}migrate`] }), false);
    assert.equal(wants({ tags: [`${P}failover`] }), true);
    assert.equal(wants({ tags: [pending('a')] }), true);
    assert.equal(wants({ template: 'plain', primary: 'h2.lab.test', tags: [pending('a')] }), true);
  });
});
