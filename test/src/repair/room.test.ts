import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { clusterOf, instance, P, plans, STATES } from './small-cluster.ts';

const PENDING = `${P}pending:reinstall:once:1600000000:`;
const wanted = (name: string, given = {}) => instance(name, { tags: [PENDING], ...given });
const room = (...free: readonly [string, number, number][]) =>
  new Map(free.map(([host, memory, disk]) => [`${host}.lab.test`, { memory, disk }]));

const actions = (...[given, rest]: Parameters<typeof clusterOf>) =>
  Object.fromEntries(
    Object.entries(plans(clusterOf(given, rest))).map(([name, { action }]) => [
      name,
      action.kind === 'wait' ? action.wait : action.kind,
    ]),
  );

describe('room', () => {
  it('is given to the more important ones first', () => {
    const low = wanted('a-low', { tags: [PENDING, 'ocf:repair:priority:10'] });
    const high = wanted('b-high', { tags: [PENDING, 'ocf:repair:priority:90'] });
    const free = room(['h3', 1_500, 0], ['h4', 100, 0]);
    assert.deepEqual(actions([low, high], { room: free }), { 'b-high': 'repair', 'a-low': 'no-room' });
  });

  it('is kept for a more important one that waits for its next attempt', () => {
    const high = wanted('web1', { tags: [`${P}pending:failover:x:1600000000:5`, 'ocf:repair:priority:90'] });
    const failed = {
      id: 5,
      status: 'failed',
      repair: 'x',
      instances: ['web1'],
      tagsOnly: false,
      error: undefined,
    } as const;
    const jobs = [{ ...failed, endedMs: clusterOf([]).nowMs - 1_000, noRoom: false }];
    const free = room(['h3', 1_500, 0], ['h4', 0, 0]);
    assert.deepEqual(actions([high, wanted('web2')], { room: free, jobs }), {
      web1: 'retry-later',
      web2: 'no-room',
    });
  });

  it('is not kept for ever for one that Ganeti refuses again and again although there seems to be room', () => {
    const high = wanted('web1', {
      tags: [`${P}pending:failover:x:1600000000:5+6+7`, 'ocf:repair:priority:90'],
    });
    const refused = (id: number) =>
      ({
        id,
        status: 'failed',
        repair: 'x',
        instances: ['web1'],
        tagsOnly: false,
        error: undefined,
      }) as const;
    const jobs = [5, 6, 7].map((id) => ({
      ...refused(id),
      endedMs: clusterOf([]).nowMs - 1_000,
      noRoom: true,
    }));
    const free = room(['h3', 1_500, 0], ['h4', 0, 0]);
    assert.deepEqual(actions([high, wanted('web2')], { room: free, jobs }), {
      web1: 'no-room',
      web2: 'repair',
    });
  });

  it('that nobody tells of is left to Ganeti to find', () => {
    assert.deepEqual(actions([wanted('web1')], { room: undefined }), { web1: 'repair' });
    assert.deepEqual(actions([wanted('web1')], { room: room(['h3', 0, 0]) }), { web1: 'repair' });
    assert.deepEqual(actions([wanted('web1')], { room: room(['h3', 0, 0], ['h4', 0, 0]) }), {
      web1: 'no-room',
    });
  });

  it('is needed on the secondary and nowhere else for a failover of DRBD', () => {
    const mirrored = wanted('web1', { template: 'drbd', secondary: 'h4.lab.test' });
    const inOrder = (memory: number) => room(['h3', 9_000, 0], ['h4', memory, 0]);
    assert.deepEqual(actions([mirrored], { room: inOrder(1_023) }), { web1: 'no-room' });
    assert.deepEqual(actions([mirrored], { room: inOrder(1_024) }), { web1: 'repair' });
  });

  it('is needed for no memory where an instance is down', () => {
    const down = wanted('web1', { adminState: 'down' });
    assert.deepEqual(actions([down], { room: room(['h3', 0, 0], ['h4', 0, 0]) }), { web1: 'repair' });
  });

  it('is needed on two nodes where a mirrored instance is made anew', () => {
    const lost = wanted('web1', {
      template: 'drbd',
      adminState: 'down',
      secondary: 'h1.lab.test',
      primary: 'h1.lab.test',
    });
    const disks = (one: number, other: number) => room(['h3', 0, one], ['h4', 0, other]);
    assert.deepEqual(actions([lost], { room: disks(10_240, 10_240) }), { web1: 'repair' });
    assert.deepEqual(actions([lost], { room: disks(90_000, 0) }), { web1: 'no-room' });
  });

  it('says where an instance is copied to, and nothing is copied where no node is known to have room', () => {
    const local = wanted('web1', { template: 'plain', primary: 'h2.lab.test' });
    const target = (free: ReturnType<typeof room> | undefined) => {
      const action = plans(clusterOf([local], { room: free })).web1?.action;
      return action?.kind === 'repair' ? action.target : action;
    };
    assert.equal(target(room(['h3', 2_000, 20_000], ['h4', 2_000, 30_000])), 'h4.lab.test');
    assert.deepEqual(target(undefined), { kind: 'wait', wait: 'no-room' });
    assert.deepEqual(target(room(['h3', 0, 90_000])), { kind: 'wait', wait: 'no-room' });
  });

  it('that an announced repair will not find is told before its first job', () => {
    const announced = instance('web1', { tags: [`${P}failover`] });
    const plan = plans(clusterOf([announced], { room: room(['h3', 0, 0], ['h4', 0, 0]) })).web1;
    assert.equal(plan?.action.kind, 'tag');
    assert.match(
      plan?.because ?? '',
      /it will wait: no online node of its group has 1024 MiB of memory free/,
    );
  });

  it('is nowhere in a group that has no other online node', () => {
    const alone = { ...STATES, 'h3.lab.test': 'drained', 'h4.lab.test': 'drained' } as const;
    const plan = plans(clusterOf([wanted('web1')], {}, alone)).web1;
    assert.match(plan?.because ?? '', /its group has not enough other online nodes/);
  });
});
