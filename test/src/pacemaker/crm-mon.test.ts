import assert from 'node:assert/strict';
import { after, describe, it } from 'node:test';
import type { PacemakerNode } from '../../../src/pacemaker/cluster-state.ts';
import { parseClusterState, queryClusterState } from '../../../src/pacemaker/crm-mon.ts';
import { makeMachine } from '../ganeti/machine.ts';
import { capture, recordedState } from './fixtures.ts';

type Flags = Pick<PacemakerNode, 'online' | 'pending' | 'unclean' | 'standby' | 'maintenance' | 'expectedUp'>;

const OFF: Flags = {
  online: false,
  pending: false,
  unclean: false,
  standby: false,
  maintenance: false,
  expectedUp: false,
};
const UP: Flags = { ...OFF, online: true, expectedUp: true };

describe('what crm_mon of Pacemaker 2.1.5 says about a node', () => {
  const cases: readonly [string, Flags][] = [
    ['healthy', UP],
    ['fencing-pending', { ...OFF, unclean: true, expectedUp: true }],
    ['fencing-failed', { ...OFF, unclean: true, expectedUp: true }],
    ['fenced', OFF],
    ['clean-shutdown', OFF],
    ['joining', OFF],
    ['rebooted', UP],
    ['pacemaker-stopped', { ...OFF, online: true, standby: true, pending: true }],
    ['pacemaker-killed', { ...UP, unclean: true }],
    ['standby', { ...UP, standby: true }],
    ['maintenance', { ...UP, maintenance: true }],
    ['lost-no-fencing', { ...OFF, expectedUp: true }],
    ['confirmed-by-hand', OFF],
  ];
  for (const [name, flags] of cases) {
    it(`${name}`, async () => {
      const node = (await recordedState(name)).nodes.find((candidate) => candidate.name === 'h3');
      assert.partialDeepStrictEqual(node, { ...flags, id: '3', type: 'member', shutdown: false });
    });
  }
});

describe('what crm_mon says about the cluster', () => {
  it('has quorum, the DC and fencing on where all is well', async () => {
    const { nodes: _, fenceEvents: __, ...cluster } = await recordedState('healthy');
    assert.deepEqual(cluster, {
      quorum: true,
      dc: 'h2',
      stonithEnabled: true,
      maintenanceMode: false,
      fenceHistoryKnown: true,
    });
  });

  it('has no quorum in a minority, although a DC is there', async () => {
    const { quorum, dc } = await recordedState('no-quorum');
    assert.deepEqual({ quorum, dc }, { quorum: false, dc: 'h2' });
  });

  it('has no quorum where no DC is known', async () => {
    const xml = capture('crm_mon/healthy.xml').replace(/<current_dc [^>]*>/, '<current_dc present="false"/>');
    const answer = await parseClusterState(xml);
    assert.partialDeepStrictEqual(answer, { kind: 'ok', state: { quorum: false, dc: undefined } });
  });

  it('says that fencing is off', async () => {
    assert.equal((await recordedState('lost-no-fencing')).stonithEnabled, false);
  });

  it('takes the name of the fencing option from 3.0.2 as well', async () => {
    const xml = capture('crm_mon/healthy.xml').replace('stonith-enabled="true"', 'fencing-enabled="true"');
    assert.partialDeepStrictEqual(await parseClusterState(xml), { state: { stonithEnabled: true } });
  });

  it('gives the attributes of online nodes', async () => {
    const { nodes } = await recordedState('healthy');
    assert.deepEqual(
      nodes.map(({ attributes }) => attributes),
      [{ tr: '1' }, { foo: 'bar', 'ganeti-name': 'h2.lab.test' }, {}],
    );
  });
});

describe('output that must not be taken for a picture of the cluster', () => {
  const broken: readonly [string, string][] = [
    ['nothing', ''],
    ['no XML', 'Connection to cluster failed'],
    ['XML cut off', capture('crm_mon/healthy.xml').slice(0, 900)],
    ['another program', '<html><body/></html>'],
    ['not connected', capture('crm_mon/disconnected.xml')],
    ['no list of nodes', capture('crm_mon/healthy.xml').replaceAll(/<(\/?)nodes>/g, '<$1n>')],
    ['no cluster options', capture('crm_mon/healthy.xml').replace('<cluster_options ', '<other ')],
    ['a flag missing', capture('crm_mon/fenced.xml').replace('unclean="false"', '')],
    ['a flag unheard of', capture('crm_mon/fenced.xml').replace('online="false"', 'online="perhaps"')],
    ['a node without name', capture('crm_mon/fenced.xml').replace('<node name="h3"', '<node name=""')],
  ];
  for (const [what, xml] of broken) {
    it(`${what} is unavailable, with a reason`, async () => {
      const answer = await parseClusterState(xml);
      assert.equal(answer.kind, 'unavailable');
      assert.match(answer.kind === 'unavailable' ? answer.message : '', /could not be used: ./);
    });
  }
});

describe('asking the crm_mon of this host', () => {
  const machine = makeMachine();
  after(() => machine.close());

  it('takes its answer', async () => {
    machine.program('crm_mon', 'prints-answer');
    machine.put('/answers/crm_mon', capture('crm_mon/fenced.xml'));
    const answer = await queryClusterState(machine.env, 5_000);
    assert.partialDeepStrictEqual(answer, { kind: 'ok', state: { quorum: true } });
  });

  it('adds the ganeti-name of a dead node, which crm_mon leaves out, from the configuration', async () => {
    machine.put(
      '/answers/crm_mon',
      capture('crm_mon/fenced.xml')
        .replaceAll('"h3"', '"X"')
        .replaceAll('"h2"', '"h3"')
        .replaceAll('"X"', '"h2"'),
    );
    machine.put('/var/lib/pacemaker/cib/cib.xml', capture('cib/ganeti-name.xml'));
    const answer = await queryClusterState(machine.env, 5_000);
    assert.equal(answer.kind, 'ok');
    const dead = answer.kind === 'ok' ? answer.state.nodes.find(({ online }) => !online) : undefined;
    assert.partialDeepStrictEqual(dead, { name: 'h2', attributes: { 'ganeti-name': 'h2.lab.test' } });
  });

  for (const [behaviour, message] of [
    ['exits-1', /exit code 1 \(failed by the test\)/],
    ['hangs', /no answer in time/],
    ['prints-garbage', /could not be used/],
  ] as const) {
    it(`has no picture from a crm_mon that ${behaviour}`, async () => {
      machine.program('crm_mon', behaviour);
      const answer = await queryClusterState(machine.env, 500);
      assert.match(answer.kind === 'unavailable' ? answer.message : 'a picture', message);
    });
  }

  it('names the package where crm_mon is not installed', async () => {
    const empty = makeMachine();
    const answer = await queryClusterState(empty.env, 500);
    empty.close();
    assert.match(answer.kind === 'unavailable' ? answer.message : '', /pacemaker-cli-utils/);
  });
});
