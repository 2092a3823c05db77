import assert from 'node:assert/strict';
import { test } from 'node:test';
import { realEnv } from '../../../src/env/real.ts';
import { luxiSocket } from '../../../src/ganeti/luxi.ts';
import type { RepairLook } from '../../../src/repair/look.ts';
import { lookAtRepairs } from '../../../src/repair/pass.ts';
import { makeWorld, type World } from '../../agents/world.ts';
import { luxiCluster } from '../../luxi-cluster/server.ts';

const RUN_DIR = '/var/run/ganeti';

/** h3 is marked offline, and there is no Pacemaker to prove anything; its instance is reinstalled where that is safe. */
const CLUSTER = {
  tags: ['ganeti:watcher:autorepair:reinstall'],
  defaultIallocator: 'hail',
  nodes: [{ name: 'h1.lab.test' }, { name: 'h2.lab.test' }, { name: 'h3.lab.test', offline: true }],
  instances: [{ name: 'file.lab.test', template: 'file', pnode: 'h3.lab.test' }],
} as const;

function looking(
  title: string,
  body: (world: World, look: () => Promise<RepairLook>) => Promise<void>,
): void {
  test(title, async () => {
    const world = await makeWorld();
    world.remove('/var/lib/pacemaker/cib/cib.xml');
    await world.confd('h2');
    const luxid = await luxiCluster(`${world.root}${luxiSocket(RUN_DIR)}`, CLUSTER);
    const env = realEnv({ GANETI_HA_ROOT: world.root }, () => {});
    const socket = luxiSocket(RUN_DIR);
    try {
      await body(world, async () => {
        const look = await lookAtRepairs({ env, dataDir: '/var/lib/ganeti', socket, trigger: 'repair' });
        if (look.kind === 'refused') assert.fail(look.text);
        return look;
      });
    } finally {
      await luxid.close();
      await world.close();
    }
  });
}

looking('an offline node that is asked and does not answer is dead', async (_, look) => {
  const { facts, plan } = await look();
  assert.equal(facts.nodes.get('h3.lab.test')?.state, 'offline');
  assert.equal(plan.instances[0]?.diagnosis.kind, 'broken');
});

looking('an offline node that answers is alive, and its instances are left alone', async (world, look) => {
  await world.confd('h3');
  const { facts, plan } = await look();
  assert.equal(facts.nodes.get('h3.lab.test')?.state, 'offline-alive');
  assert.equal(plan.instances[0]?.diagnosis.kind, 'held');
});

looking('an offline node without an address is not asked, which is no silence', async (world, look) => {
  const file = '/var/lib/ganeti/ssconf_node_primary_ips';
  const lines = (world.read(file) ?? '').split('\n').filter((line) => !line.startsWith('h3'));
  world.put(file, lines.join('\n'));
  const { facts, plan } = await look();
  assert.equal(facts.nodes.get('h3.lab.test')?.state, 'unknown');
  assert.equal(plan.instances[0]?.diagnosis.kind, 'held');
});

looking('nothing is begun while another may be becoming master', async (world, look) => {
  assert.equal((await look()).frozen, false);
  const newer = { master: 'h2.lab.test', serial: 1_000_000 };
  world.confdNow('h2', newer);
  await world.confd('h3');
  const { facts, frozen } = await look();
  assert.equal(frozen, true);
  assert.match(facts.stopped ?? '', /^h2\.lab\.test names h2\.lab\.test as master, with a newer/);
});
