import assert from 'node:assert/strict';
import { describe, it, test } from 'node:test';
import { realEnv } from '../../../src/env/real.ts';
import { reinstall } from '../../../src/ganeti/instance-opcodes.ts';
import { type LuxiCall, LuxiError, luxiSocket } from '../../../src/ganeti/luxi.ts';
import type { RepairFacts, RepairInstance, RepairJob } from '../../../src/repair/facts.ts';
import { sourceOf } from '../../../src/repair/job-facts.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import { repairPass } from '../../../src/repair/pass.ts';
import { withdrawOvertaken } from '../../../src/repair/withdraw.ts';
import { makeWorld } from '../../agents/world.ts';
import { luxiCluster } from '../../luxi-cluster/server.ts';
import { facts, ID, job } from '../cli/repair-facts.ts';

const WAITING: RepairJob = { ...job(7, 'unfinished'), repair: ID, reinstalls: true, untouched: true };

function cluster(state: NodeState, waiting: RepairJob, instance: Partial<RepairInstance> = {}): RepairFacts {
  const its = { template: 'plain', secondary: undefined, ...instance } as const;
  const given = facts([its], { jobs: [waiting] });
  const nodes = [...given.nodes.values()].map((node) =>
    node.name === 'h3.lab.test' ? { ...node, state } : node,
  );
  return { ...given, nodes: new Map(nodes.map((node) => [node.name, node])) };
}

/** The jobs that were cancelled, and what was logged. */
async function withdrawn(
  given: RepairFacts,
  answer: () => unknown = () => [true, 'Job 7 canceled'],
): Promise<{ readonly jobs: readonly unknown[]; readonly log: string }> {
  const jobs: unknown[] = [];
  const log: string[] = [];
  const call: LuxiCall = async (method, args) => {
    assert.equal(method, 'CancelJob');
    jobs.push(args);
    return answer();
  };
  await withdrawOvertaken(call, { log: (level, text) => void log.push(`${level}: ${text}`) }, given);
  return { jobs, log: log.join('\n') };
}

describe('a reinstallation that waits in the queue', () => {
  for (const state of ['offline-alive', 'online', 'drained', 'not-vm-capable'] as const)
    it(`is taken back when the node with the data is ${state} again, never by force`, async () => {
      const { jobs, log } = await withdrawn(cluster(state, WAITING));
      assert.deepEqual(jobs, [[7, false]]);
      assert.match(
        log,
        /^warning: GNH402 web1\.lab\.test: job 7, which was to reinstall it, was taken back: /,
      );
    });

  it('is taken back when one of two copies is back, though on a node that is to be left', async () => {
    const drbd = { template: 'drbd', primary: 'h2.lab.test', secondary: 'h3.lab.test' } as const;
    const given = cluster('drained', WAITING, drbd);
    const nodes = new Map(given.nodes).set('h2.lab.test', {
      ...{ name: 'h2.lab.test', group: 'uuid-default', state: 'offline', because: 'it is dead' },
    });
    assert.deepEqual((await withdrawn({ ...given, nodes })).jobs, [[7, false]]);
  });

  for (const state of ['offline', 'unknown'] as const)
    it(`stays where the node with the data is ${state}`, async () => {
      assert.deepEqual(await withdrawn(cluster(state, WAITING)), { jobs: [], log: '' });
    });

  it('stays once it has begun, or is none', async () => {
    const began = { ...WAITING, untouched: false };
    const failover = { ...began, reinstalls: false };
    for (const other of [began, failover])
      assert.deepEqual((await withdrawn(cluster('online', other))).jobs, []);
  });

  it('stays where somebody else has submitted it', async () => {
    const theirs = { ...WAITING, repair: undefined };
    assert.deepEqual((await withdrawn(cluster('online', theirs))).jobs, []);
  });

  it('is told of where it began in this moment', async () => {
    const { log } = await withdrawn(cluster('online', WAITING), () => [false, 'Job 7 is running']);
    assert.match(log, /could not be taken back \(Job 7 is running\)/);
  });

  it('is told of where luxid refuses that', async () => {
    const { log } = await withdrawn(cluster('online', WAITING), () => {
      const args = ['Job 7 not found'];
      throw new LuxiError({ kind: 'rejected', method: 'CancelJob', className: 'JobLost', args });
    });
    assert.match(log, /could not be taken back \(.*Job 7 not found/);
  });
});

test('a pass takes back what waits behind somebody else, once the node answers', async () => {
  const world = await makeWorld();
  world.remove('/var/lib/pacemaker/cib/cib.xml');
  for (const node of ['h2', 'h3']) await world.confd(node);
  const socket = luxiSocket('/var/run/ganeti');
  const luxid = await luxiCluster(`${world.root}${socket}`, {
    defaultIallocator: 'hail',
    nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test' }, { name: 'h3.lab.test', offline: true }],
    instances: [
      { name: 'file.lab.test', template: 'file', pnode: 'h3.lab.test', tags: [pendingTag('reinstall')] },
    ],
  });
  try {
    luxid.queue.script = () => ({ kind: 'running' });
    const why = { source: 'gnt:client:gnt-instance', text: '', nowMs: 0 };
    const options = { iallocator: 'hail', up: true, start: true };
    const theirs = luxid.queue.submit(reinstall('file.lab.test', options, why));
    const ours = luxid.queue.submit(reinstall('file.lab.test', options, { ...why, source: sourceOf(ID) }));
    const env = realEnv({ GANETI_HA_ROOT: world.root }, () => {});
    await repairPass({ env, dataDir: '/var/lib/ganeti', socket, trigger: 'monitor' });
    assert.equal(luxid.queue.find(ours)?.status, 'canceled');
    assert.equal(luxid.queue.find(theirs)?.status, 'running');
  } finally {
    await luxid.close();
    await world.close();
  }
});

function pendingTag(type: string): string {
  return `ganeti:watcher:autorepair:pending:${type}:${ID}:1:`;
}
