import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import type { ClusterState, PacemakerNode } from '../../../src/pacemaker/cluster-state.ts';
import { parseClusterState } from '../../../src/pacemaker/crm-mon.ts';
import type { PacemakerOptions } from '../../../src/simulate/pacemaker.ts';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

const FIXTURES = join(import.meta.dirname, '..', '..', 'fixtures', 'crm_mon');

/** What Pacemaker 2.1.5 printed of h3 when this had happened to it. */
async function captured(file: string): Promise<ClusterState> {
  return stateIn(readFileSync(join(FIXTURES, file), 'utf8'));
}

async function stateIn(xml: string): Promise<ClusterState> {
  const answer = await parseClusterState(xml);
  return answer.kind === 'ok' ? answer.state : assert.fail(answer.message);
}

function flags(state: ClusterState, name: string): Omit<PacemakerNode, 'attributes'> {
  const { attributes: _, ...rest } = state.nodes.find((node) => node.name === name) ?? assert.fail(name);
  return rest;
}

interface Case {
  readonly fixture: string;
  readonly options?: PacemakerOptions;
  readonly happens: (cluster: ScriptedCluster) => Promise<void> | void;
  /** After which time it looks like that. */
  readonly ms: number;
}

const killed = ({ world, host }: ScriptedCluster): void => world.powerOff(host('h3'));

const CASES: readonly Case[] = [
  { fixture: 'healthy.xml', happens: () => {}, ms: 1_000 },
  { fixture: 'fencing-pending.xml', options: { fenceMs: 10_000 }, happens: killed, ms: 11_000 },
  {
    fixture: 'fencing-failed.xml',
    options: { faults: { fence: () => ({ ok: false, ms: 1_000 }) } },
    happens: killed,
    ms: 15_000,
  },
  { fixture: 'fenced.xml', happens: killed, ms: 15_000 },
  {
    fixture: 'joining.xml',
    happens: async (cluster) => {
      killed(cluster);
      await cluster.run(15_000);
      cluster.world.powerOn(cluster.host('h3'));
    },
    ms: 2_000,
  },
  {
    fixture: 'rebooted.xml',
    happens: async (cluster) => {
      killed(cluster);
      await cluster.run(15_000);
      cluster.world.powerOn(cluster.host('h3'));
    },
    ms: 6_000,
  },
  {
    fixture: 'pacemaker-stopped.xml',
    happens: ({ pacemaker }) => pacemaker.stop('h3', { corosync: false }),
    ms: 2_000,
  },
  {
    fixture: 'pacemaker-killed.xml',
    options: { fenceMs: 5_000 },
    happens: ({ pacemaker }) => pacemaker.kill('h3'),
    ms: 1_000,
  },
  { fixture: 'clean-shutdown.xml', happens: ({ pacemaker }) => pacemaker.stop('h3'), ms: 2_000 },
  { fixture: 'standby.xml', happens: ({ pacemaker }) => pacemaker.setStandby('h3', true), ms: 2_000 },
  {
    fixture: 'maintenance.xml',
    happens: ({ pacemaker }) => pacemaker.setNodeMaintenance('h3', true),
    ms: 2_000,
  },
  { fixture: 'lost-no-fencing.xml', options: { stonithEnabled: false }, happens: killed, ms: 15_000 },
  {
    fixture: 'confirmed-by-hand.xml',
    options: { stonithEnabled: false },
    happens: async (cluster) => {
      killed(cluster);
      await cluster.run(15_000);
      cluster.pacemaker.confirm('h3', 'h1');
    },
    ms: 1_000,
  },
];

describe('the simulated crm_mon shows a node as the real one did', () => {
  for (const { fixture, options, happens, ms } of CASES) {
    it(`in ${fixture}`, async () => {
      const cluster = await scriptedCluster(3, options);
      await happens(cluster);
      await cluster.run(ms);
      const real = await captured(fixture);
      const simulated = await stateIn(cluster.pacemaker.crmMon('h1') ?? assert.fail('not connected'));
      assert.deepEqual(flags(simulated, 'h3'), flags(real, 'h3'));
      assert.deepEqual(flags(simulated, 'h1'), flags(real, 'h1'));
      const common = ({ quorum, stonithEnabled, maintenanceMode, fenceHistoryKnown }: ClusterState) => ({
        ...{ quorum, stonithEnabled, maintenanceMode, fenceHistoryKnown },
      });
      assert.deepEqual(common(simulated), common(real));
      const newest = ({ fenceEvents: [first] }: ClusterState): string =>
        `${first?.target} ${first?.action} ${first?.status}`;
      const sameHistory = !/healthy|stopped|killed|shutdown|standby|maintenance/.test(fixture);
      if (sameHistory) assert.equal(newest(simulated), newest(real));
    });
  }

  it('in no-quorum.xml', async () => {
    const cluster = await scriptedCluster(3);
    cluster.world.powerOff(cluster.host('h1'));
    cluster.world.powerOff(cluster.host('h3'));
    await cluster.run(15_000);
    const real = await captured('no-quorum.xml');
    const simulated = await stateIn(cluster.pacemaker.crmMon('h2') ?? assert.fail('not connected'));
    assert.equal(simulated.quorum, false);
    assert.equal(real.quorum, false);
    for (const name of ['h1', 'h2']) assert.deepEqual(flags(simulated, name), flags(real, name), name);
    assert.deepEqual(simulated.fenceEvents, [], 'nobody was fenced without quorum');
  });

  it('in disconnected.xml', async () => {
    const cluster = await scriptedCluster(3);
    cluster.pacemaker.stop('h3');
    await cluster.run(5_000);
    const program = cluster.world.programs.get('crm_mon') ?? assert.fail('no crm_mon');
    const answer = program(cluster.host('h3'), { program: 'crm_mon', args: [], timeoutMs: 5_000 });
    await cluster.run(1_000);
    const outcome = await answer;
    assert.equal(outcome.kind, 'exited');
    assert.ok(outcome.kind === 'exited');
    assert.equal(outcome.code, 102);
    const file = readFileSync(join(FIXTURES, 'disconnected.xml'), 'utf8');
    assert.deepEqual(await parseClusterState(outcome.stdout), await parseClusterState(file));
  });
});
