import assert from 'node:assert/strict';
import { describe } from 'node:test';
import type { AgentRun } from './agent-run.ts';
import { inWorld } from './in-world.ts';
import type { AgentName, RunOptions, World, WorldOptions } from './world.ts';

interface Simulated {
  readonly agent: AgentName;
  readonly condition: string;
  readonly action: string;
  readonly options?: RunOptions;
  readonly world?: WorldOptions;
  /** The exit codes without and with the file. */
  readonly codes: readonly [number, number];
  readonly reason: RegExp;
  prepare?(world: World): Promise<unknown>;
}

const FULL: RunOptions = { parameters: { mode: 'full' } };
const PROBE: RunOptions = { meta: { interval: '0' } };

/** Each condition that can be faked, with an action whose answer it changes. */
const CASES: readonly Simulated[] = [
  {
    agent: 'ganeti-node',
    condition: 'monitor-fails',
    action: 'monitor',
    codes: [0, 1],
    reason: /^SIMULATED GNH009 /,
  },
  {
    agent: 'ganeti-node',
    condition: 'start-fails',
    action: 'start',
    codes: [0, 1],
    reason: /^SIMULATED GNH009 /,
  },
  {
    agent: 'ganeti-node',
    condition: 'stop-fails',
    action: 'stop',
    codes: [0, 1],
    reason: /^SIMULATED GNH009 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'monitor-fails',
    action: 'monitor',
    codes: [0, 1],
    reason: /^SIMULATED GNH009 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'start-fails',
    action: 'start',
    codes: [0, 1],
    reason: /^SIMULATED GNH009 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'stop-fails',
    action: 'stop',
    codes: [0, 1],
    reason: /^SIMULATED GNH009 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'master-daemon-down',
    action: 'monitor',
    options: FULL,
    codes: [0, 1],
    reason: /^SIMULATED GNH111 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'master-ip-missing',
    action: 'monitor',
    options: FULL,
    codes: [0, 1],
    reason: /^SIMULATED GNH114 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'luxi-hangs',
    action: 'monitor',
    options: FULL,
    codes: [0, 1],
    reason: /^SIMULATED GNH111 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'votes-unreachable',
    action: 'monitor',
    options: PROBE,
    codes: [0, 1],
    reason: /^SIMULATED GNH110 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'not-candidate',
    action: 'start',
    world: { me: 2 },
    codes: [0, 1],
    reason: /^SIMULATED GNH101 /,
  },
  {
    agent: 'ganeti-master',
    condition: 'not-candidate',
    action: 'monitor',
    world: { me: 2 },
    options: { ...PROBE, parameters: { non_candidate: 'error' } },
    codes: [7, 5],
    reason: /^SIMULATED GNH101 /,
  },
  {
    agent: 'ganeti-node',
    condition: 'luxi-hangs',
    action: 'monitor',
    codes: [0, 190],
    reason: /^SIMULATED GNH302 /,
    prepare: async (world) => h3IsFenced(world),
  },
  {
    agent: 'ganeti-node',
    condition: 'fencing-unproven',
    action: 'monitor',
    codes: [0, 190],
    reason: /^SIMULATED GNH303 /,
    prepare: async (world) => h3IsFenced(world),
  },
];

describe('a simulation file', { concurrency: 3 }, () => {
  for (const simulated of CASES) {
    const { agent, condition, action, codes, reason } = simulated;
    inWorld(
      `${action} of ${agent} ends with ${codes[0]} without the file ${condition}`,
      simulated.world ?? {},
      async (world) => {
        const before = await run(world, simulated);
        assert.equal(before.code, codes[0], before.stderr);
        assert.ok(!before.stderr.includes('SIMULATED'), before.stderr);
      },
    );
    inWorld(
      `${agent}.${condition} makes ${action} end with ${codes[1]} and a reason that begins with SIMULATED`,
      simulated.world ?? {},
      async (world) => {
        world.simulate(`${agent}.${condition}`);
        const after = await run(world, simulated);
        assert.equal(after.code, codes[1], after.stderr);
        assert.match(after.reason, reason);
      },
    );
  }

  inWorld('not-candidate keeps the node attribute false', { me: 2 }, async (world) => {
    for (const node of world.nodes) await world.confd(node);
    world.simulate('not-candidate');
    await world.run('ganeti-node', 'start');
    assert.deepEqual(
      world.calls('attrd_updater').map(({ args }) => args.at(-1)),
      ['false'],
    );
  });

  inWorld('comes before what is really wrong', { size: 7 }, async (world) => {
    for (const node of world.nodes) await world.confd(node);
    await world.luxid();
    await world.run('ganeti-node', 'start');
    const dead = ['h2', 'h3', 'h4'];
    world.pacemaker({
      nodes: dead.map((name) => ({ name, online: false })),
      fencings: dead.map((target) => ({ target })),
    });
    world.simulate('luxi-hangs');
    const run = await world.run('ganeti-node', 'monitor', { parameters: { max_offline: '1' } });
    assert.match(run.reason, /^SIMULATED GNH302 /);
    assert.match(run.reason, /GNH304/);
  });

  inWorld('of one agent means nothing to the other', {}, async (world) => {
    world.simulate('ganeti-master.stop-fails');
    assert.equal((await world.run('ganeti-node', 'stop')).code, 0);
  });

  inWorld('without an agent’s name is for both', {}, async (world) => {
    world.simulate('stop-fails');
    assert.equal((await world.run('ganeti-node', 'stop')).code, 1);
    assert.equal((await world.run('ganeti-master', 'stop')).code, 1);
  });

  inWorld('that others may write is refused and named in the log', {}, async (world) => {
    world.put('/etc/ganeti-ha/simulate.d/ganeti-node.stop-fails', '', 0o666);
    const run = await world.run('ganeti-node', 'stop');
    assert.equal(run.code, 0);
    assert.match(run.stderr, /GNH010 .*ganeti-node\.stop-fails/);
  });

  for (const agent of ['ganeti-node', 'ganeti-master'] as const) {
    inWorld(`that shall last for ages does not make stop of ${agent} fail`, {}, async (world) => {
      world.simulate(`${agent}.monitor-fails`, 'for 99999999999h');
      const stop = await world.run(agent, 'stop');
      assert.deepEqual([stop.code, stop.reason], [0, '']);
    });

    inWorld(`with a misspelt name is told by ${agent}`, {}, async (world) => {
      world.simulate('ganeti-node.moniter-fails');
      assert.match(
        (await world.run(agent, 'stop')).stderr,
        /GNH010 .*moniter-fails is named after no condition/,
      );
    });
  }
});

async function h3IsFenced(world: World): Promise<void> {
  await world.run('ganeti-node', 'start');
  world.pacemaker({ nodes: [{ name: 'h3', online: false }], fencings: [{ target: 'h3' }] });
}

/** A healthy machine, prepared as the case wants it, and then the one action. */
async function run(world: World, simulated: Simulated): Promise<AgentRun> {
  for (const node of world.nodes) await world.confd(node);
  await world.luxid();
  world.put('/run/ganeti-ha/node.started', '1\n');
  if (world.me === 'h1.lab.test') world.put('/run/ganeti-ha/master.started', '1\n');
  await simulated.prepare?.(world);
  return await world.run(simulated.agent, simulated.action, simulated.options);
}
