import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realEnv } from '../../../src/env/real.ts';
import { luxiSocket } from '../../../src/ganeti/luxi.ts';
import { repairPass } from '../../../src/repair/pass.ts';
import { makeWorld } from '../../agents/world.ts';
import { luxiCluster } from '../../luxi-cluster/server.ts';

const RUN_DIR = '/var/run/ganeti';

const CLUSTER = {
  tags: ['ganeti:watcher:autorepair:failover'],
  defaultIallocator: 'hail',
  nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test' }, { name: 'h3.lab.test', offline: true }],
  instances: [{ name: 'web.lab.test', template: 'sharedfile', pnode: 'h3.lab.test' }],
} as const;

/** How a pass on a master without Pacemaker ends with so much time left, and how many jobs it has submitted. */
async function passWith(leftMs: number): Promise<{ readonly kind: string; readonly jobs: number }> {
  const world = await makeWorld();
  world.remove('/var/lib/pacemaker/cib/cib.xml');
  await world.confd('h2');
  const luxid = await luxiCluster(`${world.root}${luxiSocket(RUN_DIR)}`, CLUSTER);
  try {
    const pass = await repairPass({
      ...{ env: realEnv({ GANETI_HA_ROOT: world.root }, () => {}), dataDir: '/var/lib/ganeti' },
      ...{ socket: luxiSocket(RUN_DIR), trigger: 'monitor', deadline: { left: () => leftMs } },
    });
    return { kind: pass.kind === 'refused' ? pass.code : pass.kind, jobs: luxid.queue.jobs.length };
  } finally {
    await luxid.close();
    await world.close();
  }
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
