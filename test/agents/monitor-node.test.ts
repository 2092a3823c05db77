import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { DOUBT, markNode, type Preparation, RECURRING, votesFor } from './monitor-states.ts';
import type { RunOptions, World, WorldOptions } from './world.ts';

describe('the monitor of ganeti-node', { concurrency: 3 }, () => {
  for (const { what, prepare } of DOUBT) {
    inWorld(
      `ganeti-node that is started is running, degraded or in doubt, never stopped, where ${what}`,
      {},
      async (world) => {
        await markNode(world);
        await prepare(world);
        const run = await world.run('ganeti-node', 'monitor', RECURRING);
        assert.ok(run.code === 0 || run.code === 190 || run.code === 1, run.stderr);
        if (/ssconf|node list/.test(what)) {
          assert.equal(run.code, 190);
          assert.match(run.reason, /^GNH00[56] /);
        }
      },
    );
  }

  const DEGRADED: readonly {
    readonly what: string;
    readonly reason: RegExp;
    readonly world?: WorldOptions;
    readonly options?: RunOptions;
    readonly prepare: Preparation;
  }[] = [
    {
      what: 'the clone lacks notify',
      reason: /^GNH204 /,
      options: { meta: { notify: 'false' } },
      prepare: votesFor,
    },
    {
      what: 'fencing is off',
      reason: /^GNH205 /,
      prepare: async (world) => {
        await votesFor(world);
        world.pacemaker({ stonith: false });
      },
    },
    {
      what: 'this node is offline in Ganeti',
      reason: /^GNH206 /,
      world: { me: 3 },
      prepare: async (world) => {
        for (const node of ['h1', 'h2', 'h3']) await world.confd(node, { roles: { 'h3.lab.test': 2 } });
      },
    },
    {
      what: 'this node is offline in Ganeti and the clone lacks notify: one remedy, with the other’s code before it',
      reason: /^GNH206 .* \(also: GNH204\)\. .*gnt-ha readmit h3\.lab\.test$/,
      options: { meta: { notify: 'false' } },
      world: { me: 3 },
      prepare: async (world) => {
        for (const node of ['h1', 'h2', 'h3']) await world.confd(node, { roles: { 'h3.lab.test': 2 } });
      },
    },
    {
      what: 'Pacemaker does not answer',
      reason: /^GNH301 /,
      prepare: async (world) => {
        await votesFor(world);
        world.behave('crm_mon', 'exits-1');
      },
    },
    {
      what: 'Pacemaker’s answer is garbage',
      reason: /^GNH301 /,
      prepare: async (world) => {
        await votesFor(world);
        world.behave('crm_mon', 'prints-garbage');
      },
    },
    {
      what: 'this node has no Ganeti name',
      reason: /^GNH007 .*somebody/,
      options: { meta: { on_node: 'somebody' } },
      prepare: votesFor,
    },
  ];

  for (const { what, reason, prepare, world: worldOptions = {}, options = {} } of DEGRADED) {
    inWorld(`ganeti-node is degraded with a reason where ${what}`, worldOptions, async (world) => {
      await markNode(world);
      await prepare(world);
      for (const _ of [1, 2]) {
        const run = await world.run('ganeti-node', 'monitor', options);
        assert.equal(run.code, 190, run.stderr);
        assert.match(run.told, reason);
      }
    });
  }

  const DEAD_MASTER = { name: 'h1', online: false, unclean: true, expectedUp: true };
  inWorld(
    'ganeti-node tells on the survivors that the master role waits for a fencing that fails',
    { me: 2 },
    async (world) => {
      await markNode(world);
      for (const node of ['h2', 'h3']) await world.confd(node);
      const pending = { target: 'h1', status: 'pending' } as const;
      world.pacemaker({ nodes: [DEAD_MASTER], fencings: [pending] });
      const first = await world.run('ganeti-node', 'monitor', RECURRING);
      assert.equal(first.code, 0, first.stderr);

      // No new ring: the same membership, a later word of the fencer.
      const answer = world.read('/answers/crm_mon') ?? '';
      const failed =
        '<fence_event status="failed" action="off" target="h1" client="c" origin="h2" completed="2026-11-21 03:19:45Z"/>';
      world.put('/answers/crm_mon', answer.replace('</fence_history>', `${failed}</fence_history>`));
      const second = await world.run('ganeti-node', 'monitor', RECURRING);
      assert.equal(second.code, 190, second.stderr);
      assert.match(
        second.reason,
        /^GNH303 h1 is gone .*fencing \(off\) has failed.*stonith history show h1$/,
      );
    },
  );

  inWorld("ganeti-node is well again as soon as the candidate's silent ConfD answers", {}, async (world) => {
    await markNode(world);
    for (const node of ['h2', 'h3']) await world.confd(node);
    const silent = await world.run('ganeti-node', 'monitor', RECURRING);
    assert.equal(silent.code, 190, silent.stderr);
    assert.match(silent.told, /^GNH202 /);
    await world.confd('h1');
    const answers = await world.run('ganeti-node', 'monitor', RECURRING);
    assert.equal(answers.code, 0, answers.stderr);
  });
});

describe('a returning old master', { concurrency: 3 }, () => {
  const successor = async (world: World, roles: Readonly<Record<string, number>>): Promise<void> => {
    await markNode(world);
    for (const node of ['h2', 'h3']) {
      await world.confd(node, { master: 'h2.lab.test', serial: 50, roles });
    }
  };

  inWorld('is told how to heal where Ganeti has it online', {}, async (world) => {
    await successor(world, { 'h1.lab.test': 1 });
    const run = await world.run('ganeti-node', 'monitor', RECURRING);
    assert.equal(run.code, 190, run.stderr);
    assert.match(run.told, /^GNH109 .*redist-conf/);
  });

  inWorld('is told only to re-add it where Ganeti has it offline', {}, async (world) => {
    await successor(world, { 'h1.lab.test': 2 });
    const run = await world.run('ganeti-node', 'monitor', RECURRING);
    assert.equal(run.code, 190, run.stderr);
    assert.match(run.told, /^GNH206 .*gnt-ha readmit h1\.lab\.test$/);
    assert.doesNotMatch(run.stderr, /GNH109/);
  });

  inWorld('that works beside the new one is named as the one to stop', {}, async (world) => {
    await successor(world, { 'h1.lab.test': 1 });
    await world.luxid();
    const run = await world.run('ganeti-node', 'monitor', RECURRING);
    assert.equal(run.code, 190, run.stderr);
    assert.match(run.told, /^GNH109 .*stop h1\.lab\.test, whose configuration is older: \S+ stop-master$/);
  });
});

inWorld('ganeti-node does not say stopped where its run state cannot be read', {}, async (world) => {
  const path = `${world.root}/run/ganeti-ha/node.started`;
  mkdirSync(`${world.root}/run/ganeti-ha`, { recursive: true });
  symlinkSync('node.started', path);
  const run = await world.run('ganeti-node', 'monitor', RECURRING);
  assert.equal(run.code, 1, run.stderr);
  assert.match(run.told, /^GNH008 .*ELOOP/);
  rmSync(path);
  assert.equal((await world.run('ganeti-node', 'monitor', RECURRING)).code, 7);
});
