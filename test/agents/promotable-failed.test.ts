import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { NodedServer } from './noded-server.ts';
import { AGENT, events, INSTANCE, STARTED } from './promotion.ts';
import type { RunOptions, World } from './world.ts';

/** h2 is to take the role from h1, which is in standby: no agent is left there. */
const SUCCESSOR = { me: 2, master: 1 } as const;
const PROMOTE: RunOptions = { vars: { ...INSTANCE }, meta: { timeout: '300000', interval: '0' } };
const ONCE: RunOptions = { vars: { ...INSTANCE }, meta: { interval: '0' } };
const RECURRING: RunOptions = { vars: { ...INSTANCE } };
/** Ganeti's. */
const FLAG = '/var/lib/ganeti/queue/drain';
const NOTE = '/run/ganeti-ha/hand-over.begun';
const ASKED = ['master_node_name', 'get_file_info'];
const OPENED = [...ASKED, 'jobqueue_set_drain_flag'];

/** h1 has handed its queue over drained, and its flag is signed; the instance here is started. */
async function handedOver(world: World, size = 35): Promise<NodedServer> {
  for (const node of world.nodes) await world.confd(node);
  world.put(STARTED, '1\n');
  return await world.noded('h1.lab.test', { files: { [FLAG]: size } });
}

async function failedPromote(world: World): Promise<string> {
  world.simulate(`${AGENT}.start-fails`);
  const run = await world.run(AGENT, 'promote', PROMOTE);
  assert.equal(run.code, 1);
  assert.match(run.told, /^SIMULATED GNH009 /);
  world.remove(`/etc/ganeti-ha/simulate.d/${AGENT}.start-fails`);
  return run.stderr;
}

/** h3 is there to be promoted, too. */
function withAnother(world: World): void {
  world.pacemaker({
    nodes: [
      { name: 'h1', standby: true },
      { name: 'h3', attributes: { 'master-ganeti-master': '100' } },
    ],
  });
}

/** As if the first attempt had begun five minutes ago. */
function age(world: World): void {
  world.put(NOTE, `${Date.now() - 301_000}\n`);
}

describe('a promote that fails', { concurrency: 3 }, () => {
  inWorld(
    'has the old master’s queue undrained where nobody else may be promoted',
    SUCCESSOR,
    async (world) => {
      const noded = await handedOver(world);
      assert.match(await failedPromote(world), /GNH357 the job queue is undrained: of h1\.lab\.test/);
      assert.deepEqual(noded.functions, OPENED);
      assert.deepEqual(noded.given, [[], [FLAG], [false]]);
      assert.deepEqual(events(world), ['queue-undrained']);
      assert.equal(world.read(NOTE), undefined);
    },
  );

  inWorld('leaves it to the next candidate, for five minutes', SUCCESSOR, async (world) => {
    const noded = await handedOver(world);
    withAnother(world);
    await failedPromote(world);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
    assert.deepEqual(noded.functions, []);
    age(world);
    await failedPromote(world);
    assert.deepEqual(noded.functions, OPENED);
  });

  inWorld('waits as long where Pacemaker does not say who else is there', SUCCESSOR, async (world) => {
    const noded = await handedOver(world);
    world.behave('crm_mon', 'exits-1');
    await failedPromote(world);
    assert.deepEqual(noded.functions, []);
    assert.notEqual(world.read(NOTE), undefined);
  });

  for (const [who, act, code] of [
    ['monitor', RECURRING, 0],
    ['start', ONCE, 0],
  ] as const) {
    inWorld(`or was killed has it undrained by the ${who} five minutes later`, SUCCESSOR, async (world) => {
      const noded = await handedOver(world);
      world.behave('gnt-cluster', 'hangs');
      const wrapper = ['timeout', '-s', 'KILL', '6'];
      assert.notEqual((await world.run(AGENT, 'promote', { ...PROMOTE, wrapper })).code, 0);
      assert.equal(world.calls('gnt-cluster').length, 1);
      assert.notEqual(world.read(NOTE), undefined);
      assert.equal((await world.run(AGENT, who, act)).code, code);
      assert.deepEqual(noded.functions, []);
      age(world);
      assert.equal((await world.run(AGENT, who, act)).code, code);
      assert.deepEqual(noded.functions, OPENED);
      assert.equal((await world.run(AGENT, who, act)).code, code);
      assert.deepEqual(noded.functions, OPENED, 'once');
    });
  }

  inWorld('asks again where the old master’s noded does not answer', SUCCESSOR, async (world) => {
    for (const node of world.nodes) await world.confd(node);
    world.put(STARTED, '1\n');
    world.put(FLAG, '');
    assert.match(
      await failedPromote(world),
      /GNH357 the queue of h1\.lab\.test may still be drained: its noded/,
    );
    assert.notEqual(world.read(NOTE), undefined);
    age(world);
    const noded = await world.noded('h1.lab.test', { files: { [FLAG]: 35 } });
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
    assert.deepEqual(noded.functions, OPENED);
  });

  inWorld('leaves an administrator’s drain as it is: its flag is empty', SUCCESSOR, async (world) => {
    const noded = await handedOver(world, 0);
    await failedPromote(world);
    assert.deepEqual(noded.functions, ASKED);
    assert.deepEqual([events(world), world.read(NOTE)], [[], undefined]);
  });

  inWorld('and one that came after the hand-over’s own', SUCCESSOR, async (world) => {
    const noded = await handedOver(world);
    withAnother(world);
    await failedPromote(world);
    noded.files[FLAG] = 0;
    age(world);
    assert.equal((await world.run(AGENT, 'monitor', RECURRING)).code, 0);
    assert.deepEqual([noded.functions, world.read(NOTE)], [ASKED, undefined]);
  });

  inWorld('has nothing to do where the queue is not drained', SUCCESSOR, async (world) => {
    const noded = await handedOver(world);
    delete noded.files[FLAG];
    await failedPromote(world);
    assert.deepEqual([noded.functions, world.read(NOTE)], [ASKED, undefined]);
  });

  inWorld('does nothing without quorum', SUCCESSOR, async (world) => {
    const noded = await handedOver(world);
    world.pacemaker({ quorum: false });
    await failedPromote(world);
    assert.deepEqual(noded.functions, []);
    assert.notEqual(world.read(NOTE), undefined);
  });

  inWorld('does nothing to a node that names another master', SUCCESSOR, async (world) => {
    const noded = await handedOver(world);
    noded.master = 'h3.lab.test';
    await failedPromote(world);
    assert.deepEqual([noded.functions, world.read(NOTE)], [['master_node_name'], undefined]);
  });

  inWorld('and that succeeds later speaks to nobody’s noded', SUCCESSOR, async (world) => {
    const noded = await handedOver(world);
    withAnother(world);
    await failedPromote(world);
    await world.luxid();
    const run = await world.run(AGENT, 'promote', PROMOTE);
    assert.equal(run.code, 0, run.stderr);
    assert.equal(world.read(NOTE), undefined);
    assert.ok(!noded.functions.includes('jobqueue_set_drain_flag'), noded.functions.join(' '));
  });
});
