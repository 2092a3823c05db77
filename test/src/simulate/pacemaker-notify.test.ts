import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { readNotification } from '../../../src/ocf/notify.ts';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

/** Notifications of what happens, of a cluster at rest. */
async function after(cluster: ScriptedCluster, happens: () => void, ms = 20_000): Promise<readonly string[]> {
  const since = cluster.world.clock.now();
  happens();
  await cluster.run(ms);
  return cluster.notifies(since);
}

function kill({ world, host }: ScriptedCluster, ...names: readonly string[]): () => void {
  return () => {
    for (const name of names) world.powerOff(host(name));
  };
}

describe('the simulated Pacemaker notifies the clone as the real one does', () => {
  it('of a node that is fenced: pre-stop as it is asked for, post-stop when it is done', async () => {
    const cluster = await scriptedCluster(3, { fenceMs: 5_000 });
    const since = cluster.world.clock.now();
    const told = await after(cluster, kill(cluster, 'h3'));
    assert.deepEqual(told, [
      'h1 pre/stop start=[ ] stop=[h3] stop',
      'h2 pre/stop start=[ ] stop=[h3] stop',
      'h1 post/stop start=[ ] stop=[h3] stonith',
      'h2 post/stop start=[ ] stop=[h3] stonith',
    ]);
    const [pre, , post] = cluster.calls.filter(({ ms, action }) => ms >= since && action === 'notify');
    assert.ok(pre !== undefined && post !== undefined);
    assert.ok(post.ms - pre.ms >= 5_000, 'it waits for the fencing');
    assert.equal(post.vars.OCF_RESKEY_CRM_meta_notify_active_uname, 'h1 h2 h3', 'the state before');
    assert.deepEqual(readNotification(post.vars)?.stop, [{ node: 'h3', resource: 'ganeti-node:2' }]);
  });

  it('of two nodes that die at once: both before, one after, when both are fenced', async () => {
    for (const [size, dead, named] of [
      [5, ['h4', 'h5'], 'h4'],
      [5, ['h2', 'h5'], 'h2'],
    ] as const) {
      const cluster = await scriptedCluster(size);
      const told = await after(cluster, kill(cluster, ...dead));
      const survivors = ['h1', 'h2', 'h3', 'h4', 'h5'].filter((name) => !dead.some((one) => one === name));
      assert.deepEqual(told, [
        ...survivors.map((name) => `${name} pre/stop start=[ ] stop=[${dead.join(' ')}] stop`),
        ...survivors.map((name) => `${name} post/stop start=[ ] stop=[${named}] stonith`),
      ]);
    }
  });

  it('of a fenced node and one that goes to standby at that moment: only the fenced one is named', async () => {
    const cluster = await scriptedCluster(5);
    const told = await after(
      cluster,
      () => {
        cluster.world.powerOff(cluster.host('h5'));
        // Corosync and the scheduler both take their time; the standby falls into the same transition.
        cluster.world.clock.after(10_900, () => cluster.pacemaker.setStandby('h2', true));
      },
      30_000,
    );
    assert.ok(told.includes('h1 pre/stop start=[ ] stop=[h2 h5] stop'), told.join('\n'));
    assert.ok(told.includes('h1 post/stop start=[ ] stop=[h5] stonith'), told.join('\n'));
    assert.deepEqual(
      told.filter((line) => line.includes('stopped')),
      [],
    );
  });

  it('of a refused fencing: pre-stop with each attempt, post-stop only after success', async () => {
    let refuses = true;
    const cluster = await scriptedCluster(3, {
      faults: { fence: () => (refuses ? { ok: false, ms: 1_000 } : undefined) },
    });
    const before = await after(cluster, kill(cluster, 'h3'), 18_000);
    const pre = before.filter((line) => line.startsWith('h1 pre/stop'));
    assert.ok(pre.length >= 4, `${pre.length} rounds`);
    assert.deepEqual(
      before.filter((line) => line.includes('post')),
      [],
    );
    refuses = false;
    const then = await after(cluster, () => {}, 5_000);
    assert.deepEqual(then.at(-1), 'h2 post/stop start=[ ] stop=[h3] stonith');
  });

  for (const [what, happens] of [
    ['standby', ({ pacemaker }: ScriptedCluster) => pacemaker.setStandby('h3', true)],
    ['a clean stop', ({ pacemaker }: ScriptedCluster) => pacemaker.stop('h3')],
    ['a ban', ({ pacemaker }: ScriptedCluster) => pacemaker.ban('ganeti-node', 'h3')],
  ] as const) {
    it(`of ${what} with the key stopped, though the node lives`, async () => {
      const cluster = await scriptedCluster(3);
      const told = await after(cluster, () => happens(cluster));
      assert.deepEqual(told, [
        'h1 pre/stop start=[ ] stop=[h3] stop',
        'h2 pre/stop start=[ ] stop=[h3] stop',
        'h3 pre/stop start=[ ] stop=[h3] stop',
        'h1 post/stop start=[ ] stop=[h3] stopped',
        'h2 post/stop start=[ ] stop=[h3] stopped',
      ]);
    });
  }

  it('of a failed monitor: stop and start of the same node', async () => {
    const cluster = await scriptedCluster(3);
    cluster.fails.set('h1 ganeti-node monitor', 1);
    await cluster.run(1_000);
    const told = await after(
      cluster,
      () => {
        cluster.world.clock.after(19_000, () => cluster.fails.clear());
      },
      22_000,
    );
    const h2 = told.filter((line) => line.startsWith('h2 '));
    assert.deepEqual(h2, [
      'h2 pre/stop start=[h1] stop=[h1] stop',
      'h2 post/stop start=[h1] stop=[h1] stopped',
      'h2 pre/start start=[h1] stop=[h1] start',
      'h2 post/start start=[h1] stop=[h1] running',
    ]);
  });

  it('of a node that comes: to the others before, to it too after', async () => {
    const cluster = await scriptedCluster(3);
    await after(cluster, kill(cluster, 'h3'));
    const told = await after(cluster, () => cluster.world.powerOn(cluster.host('h3')));
    assert.deepEqual(told, [
      'h1 pre/start start=[h3] stop=[ ] start',
      'h2 pre/start start=[h3] stop=[ ] start',
      'h1 post/start start=[h3] stop=[ ] running',
      'h2 post/start start=[h3] stop=[ ] running',
      'h3 post/start start=[h3] stop=[ ] running',
    ]);
  });

  it('of a disabled clone before, and nobody is left to be told after', async () => {
    const cluster = await scriptedCluster(3);
    const told = await after(cluster, () => cluster.pacemaker.disable('ganeti-node'));
    assert.deepEqual(
      told,
      ['h1', 'h2', 'h3'].map((name) => `${name} pre/stop start=[ ] stop=[h1 h2 h3] stop`),
    );
  });

  it('of lost quorum before only, and nobody is fenced', async () => {
    const cluster = await scriptedCluster(3);
    const told = await after(cluster, kill(cluster, 'h2', 'h3'));
    assert.deepEqual(told, ['h1 pre/stop start=[ ] stop=[h1 h2 h3] stop']);
    assert.deepEqual(cluster.pacemaker.cloneOn(), []);
    assert.deepEqual(cluster.pacemaker.masterOn(), []);
  });

  for (const [what, options, prepare] of [
    ['without fencing', { stonithEnabled: false }, () => {}],
    ['in maintenance', {}, ({ pacemaker }: ScriptedCluster) => pacemaker.setNodeMaintenance('h3', true)],
    [
      'with the cluster in maintenance mode',
      {},
      ({ pacemaker }: ScriptedCluster) => pacemaker.setMaintenanceMode(true),
    ],
    ['without notify=true', { cloneNotify: false }, () => {}],
  ] as const) {
    it(`of a node that dies ${what}: nothing at all`, async () => {
      const cluster = await scriptedCluster(3, options);
      prepare(cluster);
      await cluster.run(1_000);
      assert.deepEqual(await after(cluster, kill(cluster, 'h3'), 30_000), []);
      const fenced = /fence_event action="off" target="h3"[^>]* status="success"/;
      const mon = cluster.pacemaker.crmMon('h1') ?? assert.fail('not connected');
      const expected = what === 'in maintenance' || what === 'without notify=true';
      assert.equal(fenced.test(mon), expected, mon);
    });
  }

  it('with empty lists of one blank', async () => {
    const cluster = await scriptedCluster(3);
    await after(cluster, kill(cluster, 'h3'));
    const post = cluster.calls.findLast(({ action }) => action === 'notify') ?? assert.fail('no notify');
    assert.equal(post.vars.OCF_RESKEY_CRM_meta_notify_start_uname, ' ');
    assert.equal(post.vars.OCF_RESKEY_CRM_meta_notify_promote_resource, ' ');
    assert.equal(post.vars.OCF_RESKEY_CRM_meta_notify_inactive_resource, 'ganeti-node:2');
  });

  it('and tests can lose a notification, or deliver it twice', async () => {
    const cluster = await scriptedCluster(3, {
      faults: { notify: ({ node }) => (node === 'h1' ? 'lose' : 'twice') },
    });
    assert.deepEqual(await after(cluster, kill(cluster, 'h3')), [
      'h2 pre/stop start=[ ] stop=[h3] stop',
      'h2 pre/stop start=[ ] stop=[h3] stop',
      'h2 post/stop start=[ ] stop=[h3] stonith',
      'h2 post/stop start=[ ] stop=[h3] stonith',
    ]);
  });
});
