import assert from 'node:assert/strict';
import { test } from 'node:test';
import { REPAIR_LOCK, SPOOL_DIR } from '../../../src/env/paths.ts';
import { realEnv } from '../../../src/env/real.ts';
import { luxiSocket } from '../../../src/ganeti/luxi.ts';
import type { Deadline } from '../../../src/ocf/deadline.ts';
import { passesWithin } from '../../../src/repair/agent-passes.ts';
import { type RepairRequest, repairPass } from '../../../src/repair/pass.ts';
import { makeWorld } from '../../agents/world.ts';
import { type LuxiCluster, luxiCluster } from '../../luxi-cluster/server.ts';

const RUN_DIR = '/var/run/ganeti';

const CLUSTER = {
  tags: ['ganeti:watcher:autorepair:failover'],
  defaultIallocator: 'hail',
  nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test' }, { name: 'h3.lab.test', offline: true }],
  instances: [{ name: 'web.lab.test', template: 'sharedfile', pnode: 'h3.lab.test' }],
} as const;

/** A master without Pacemaker. */
async function withMaster<T>(body: (request: RepairRequest, luxid: LuxiCluster) => Promise<T>): Promise<T> {
  const world = await makeWorld();
  world.remove('/var/lib/pacemaker/cib/cib.xml');
  await world.confd('h2');
  const luxid = await luxiCluster(`${world.root}${luxiSocket(RUN_DIR)}`, CLUSTER);
  const env = realEnv({ GANETI_HA_ROOT: world.root }, () => {});
  try {
    return await body(
      { env, dataDir: '/var/lib/ganeti', socket: luxiSocket(RUN_DIR), trigger: 'monitor' },
      luxid,
    );
  } finally {
    await luxid.close();
    await world.close();
  }
}

/** How a pass ends with so much time left, and how many jobs it has submitted. */
function passWith(leftMs: number): Promise<{ readonly kind: string; readonly jobs: number }> {
  return withMaster(async (request, luxid) => {
    const pass = await repairPass({ ...request, deadline: { left: () => leftMs } });
    return { kind: pass.kind === 'refused' ? pass.code : pass.kind, jobs: luxid.queue.jobs.length };
  });
}

test('a pass submits in its time', async () => {
  assert.deepEqual(await passWith(2_000), { kind: 'done', jobs: 1 });
});

test('a pass without the time for free room leaves that to Ganeti, and submits', async () => {
  assert.deepEqual(await passWith(900), { kind: 'done', jobs: 1 });
});

test('a pass whose time is over submits nothing, since what it saw may have been cut short', async () => {
  assert.deepEqual(await passWith(100), { kind: 'GNH400', jobs: 0 });
});

function within(left: () => number): Deadline {
  return { left, cap: (ms) => Math.min(ms, left()) };
}

test('a monitor tells what its first pass has found where its second comes too late', async () => {
  await withMaster(async (request, luxid) => {
    let leftMs = 5_000;
    luxid.after = async ({ method }) => {
      // The tags are submitted: the first pass is over.
      if (method === 'SubmitManyJobs') setTimeout(() => (leftMs = 100), 500);
      return undefined;
    };
    const passes = await passesWithin(
      request,
      within(() => leftMs),
      false,
    );
    if ('refused' in passes) assert.fail('no pass was made');
    const { open, counts, reasons } = passes;
    assert.deepEqual([open, counts.pending, reasons], [true, 1, []]);
    assert.equal(luxid.queue.jobs.length, 1);
  });
});

test('a monitor holds its lock until its last pass is over, so that no alert has it killed', async () => {
  await withMaster(async (request, luxid) => {
    const held: string[] = [];
    luxid.after = async ({ method }) => {
      held.push(`${method}: ${request.env.files.lstat(REPAIR_LOCK).kind}`);
      if (method === 'SubmitManyJobs' && submissions(held) === 1)
        setTimeout(() => held.push(`pause: ${request.env.files.lstat(REPAIR_LOCK).kind}`), 500);
      return undefined;
    };
    await passesWithin(
      request,
      within(() => 5_000),
      false,
    );
    assert.ok(submissions(held) > 1, held.join());
    assert.deepEqual(
      held.filter((line) => !line.endsWith(': file')),
      [],
    );
    assert.ok(held.includes('pause: file'));
    assert.equal(request.env.files.lstat(REPAIR_LOCK).kind, 'missing');
  });
});

function submissions(calls: readonly string[]): number {
  return calls.filter((call) => call.startsWith('SubmitManyJobs')).length;
}

test('a monitor ends its repairs after the pass that is under way where an alert wants a sweep', async () => {
  await withMaster(async (request, luxid) => {
    luxid.after = async ({ method }) => {
      if (method === 'SubmitManyJobs') request.env.files.write(`${SPOOL_DIR}/1-2.json`, '{}');
      return undefined;
    };
    const passes = await passesWithin(
      request,
      within(() => 5_000),
      false,
    );
    if ('refused' in passes) assert.fail('no pass was made');
    // The tags alone: what they announce is the next monitor's.
    assert.deepEqual([passes.open, luxid.queue.jobs.length], [true, 1]);
  });
});
