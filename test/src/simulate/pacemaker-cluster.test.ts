import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { deleteAttributeOf, setAttributeOf, setNodeAttribute } from '../../../src/pacemaker/attributes.ts';
import { parseClusterState, queryClusterState } from '../../../src/pacemaker/crm-mon.ts';
import { corosyncMembers } from '../../../src/pacemaker/members.ts';
import { deleteProperty, readProperties, setProperty } from '../../../src/pacemaker/properties.ts';
import { queryQuorum } from '../../../src/pacemaker/quorum.ts';
import { isFencingUnderWay, rerunNodeMonitor } from '../../../src/pacemaker/rerun-monitor.ts';
import { masterForPacemaker } from '../../../src/pacemaker/resource-location.ts';
import { cibIdentity, ringIdentity, ringSequence } from '../../../src/pacemaker/ring.ts';
import { type ScriptedCluster, scriptedCluster } from './scripted-cluster.ts';

/** Runs code on a host as a process of its own. */
async function on<T>(cluster: ScriptedCluster, name: string, run: (env: Env) => Promise<T>): Promise<T> {
  const answers: T[] = [];
  cluster.world.start(cluster.host(name), {
    vars: {},
    timeoutMs: 60_000,
    run: async (env) => {
      answers.push(await run(env));
    },
  });
  await cluster.run(10_000);
  const [answer] = answers;
  return answer ?? assert.fail('the process did not end');
}

async function fencings(cluster: ScriptedCluster, reader: string): Promise<readonly string[]> {
  const parsed = await parseClusterState(cluster.pacemaker.crmMon(reader) ?? '');
  if (parsed.kind !== 'ok') assert.fail(parsed.message);
  return parsed.state.fenceEvents.map(({ target, status, origin }) => `${target} ${status} ${origin}`);
}

describe('the simulated Pacemaker answers the real questions', () => {
  it('of where the master role is, in both forms', async () => {
    for (const masterForm of ['primitive', 'promotable'] as const) {
      const cluster = await scriptedCluster(3, { masterForm });
      cluster.pacemaker.setAttribute('h2', 'master-ganeti-master', '100');
      await cluster.run(5_000);
      const holders = cluster.pacemaker.masterOn();
      assert.equal(holders.length, 1);
      assert.deepEqual(await on(cluster, 'h3', (env) => masterForPacemaker(env, 5_000)), holders);
      cluster.pacemaker.disable('ganeti-master');
      await cluster.run(5_000);
      assert.deepEqual(await on(cluster, 'h3', (env) => masterForPacemaker(env, 5_000)), []);
    }
  });

  it('of crm_mon, crm_node and the files on disk', async () => {
    const cluster = await scriptedCluster(3, { ganetiNameAttributes: true });
    const before = await on(cluster, 'h1', async (env) => ({
      ring: ringIdentity(env),
      sequence: ringSequence(env),
      cib: cibIdentity(env),
    }));
    cluster.world.powerOff(cluster.host('h3'));
    await cluster.run(15_000);
    const answer = await on(cluster, 'h1', async (env) => ({
      state: await queryClusterState(env, 5_000),
      members: await corosyncMembers(env, 5_000),
      quorum: await queryQuorum(env, 5_000),
      ring: ringIdentity(env),
      sequence: ringSequence(env),
      cib: cibIdentity(env),
    }));
    assert.ok(answer.state.kind === 'ok');
    const names = answer.state.state.nodes.map(({ attributes }) => attributes['ganeti-name']);
    assert.deepEqual(names, ['h1.lab.test', 'h2.lab.test', 'h3.lab.test']);
    assert.deepEqual(answer.members, { kind: 'ok', members: ['h1', 'h2'] });
    assert.deepEqual(answer.quorum, { kind: 'ok', quorum: true });
    assert.notEqual(answer.ring, before.ring);
    assert.equal(answer.sequence, (before.sequence ?? 0) + 4);
    assert.equal(answer.cib, before.cib, 'the configuration is as it was');
    cluster.pacemaker.setStandby('h2', true);
    await cluster.run(1_000);
    assert.notEqual(await on(cluster, 'h1', async (env) => cibIdentity(env)), answer.cib);
  });

  it('of quorum where there is none, and nothing where Pacemaker is stopped', async () => {
    const cluster = await scriptedCluster(3);
    cluster.world.cut([cluster.host('h3')]);
    await cluster.run(9_000);
    cluster.pacemaker.stop('h2');
    await cluster.run(5_000);
    const asked = await on(cluster, 'h2', async (env) => [
      (await queryClusterState(env, 5_000)).kind,
      (await corosyncMembers(env, 5_000)).kind,
      (await queryQuorum(env, 5_000)).kind,
      (await setNodeAttribute(env, 'x', '1', 5_000)).kind,
    ]);
    assert.deepEqual(asked, ['unavailable', 'unavailable', 'unavailable', 'failed']);
    assert.deepEqual(await on(cluster, 'h1', (env) => queryQuorum(env, 5_000)), {
      kind: 'ok',
      quorum: false,
    });
  });

  it('not at all where crm_mon hangs', async () => {
    const cluster = await scriptedCluster(2, { faults: { program: () => 'hang' } });
    const answer = await on(cluster, 'h1', (env) => queryClusterState(env, 5_000));
    assert.equal(answer.kind, 'unavailable');
  });

  it('and keeps transient attributes until their node is gone', async () => {
    const cluster = await scriptedCluster(3);
    await on(cluster, 'h2', (env) => setNodeAttribute(env, 'own', 'a<b', 5_000));
    await on(cluster, 'h2', (env) => setAttributeOf(env, 'h3', 'other', 'x', 5_000));
    const attributes = async (name: string): Promise<unknown> => {
      const parsed = await parseClusterState(cluster.pacemaker.crmMon('h1') ?? '');
      return parsed.kind === 'ok' && parsed.state.nodes.find((node) => node.name === name)?.attributes;
    };
    assert.deepEqual(await attributes('h2'), { own: 'a<b' });
    assert.deepEqual(await attributes('h3'), { other: 'x' });
    await on(cluster, 'h1', (env) => deleteAttributeOf(env, 'h3', 'other', 5_000));
    assert.deepEqual(await attributes('h3'), {});
    cluster.world.powerOff(cluster.host('h2'));
    await cluster.run(15_000);
    cluster.world.powerOn(cluster.host('h2'));
    await cluster.run(15_000);
    assert.deepEqual(await attributes('h2'), {});
  });
});

describe('the simulated configuration', () => {
  const NAME = 'ganeti-ha-pause';

  it('has one set of properties on both sides of a cut each, and the newer one when they meet', async () => {
    const cluster = await scriptedCluster(3);
    const read = async (name: string): Promise<unknown> => {
      const answer = await on(cluster, name, (env) => readProperties(env, 5_000));
      return answer.kind === 'ok' ? answer.properties : answer;
    };
    assert.deepEqual(await on(cluster, 'h2', (env) => setProperty(env, NAME, 'a "quoted" word', 5_000)), {
      kind: 'done',
    });
    assert.deepEqual(await read('h3'), { [NAME]: 'a "quoted" word' });
    cluster.pacemaker.setStonithEnabled(false);
    cluster.world.cut([cluster.host('h3')]);
    await cluster.run(15_000);
    await on(cluster, 'h1', (env) => deleteProperty(env, NAME, 5_000));
    assert.deepEqual(await read('h2'), {});
    assert.deepEqual(await read('h3'), { [NAME]: 'a "quoted" word' });
    cluster.world.heal([cluster.host('h3')]);
    await cluster.run(15_000);
    assert.deepEqual(await read('h3'), {});
  });

  it('has a monitor run at once where its record is taken out', async () => {
    const cluster = await scriptedCluster(3);
    const since = cluster.world.clock.now();
    assert.deepEqual(await on(cluster, 'h1', (env) => rerunNodeMonitor(env, 'h2', 5_000)), { kind: 'asked' });
    const monitors = cluster.calls.filter(({ ms, action }) => ms >= since && action === 'monitor');
    assert.deepEqual(
      monitors.filter(({ ms }) => ms < since + 100).map(({ node, resource }) => `${node} ${resource}`),
      ['h2 ganeti-node'],
    );
  });

  it('says whether a fencing is under way', async () => {
    const cluster = await scriptedCluster(3, { fenceMs: 30_000 });
    const asked = (): Promise<unknown> => on(cluster, 'h1', (env) => isFencingUnderWay(env, 5_000));
    assert.equal(await asked(), false);
    cluster.world.powerOff(cluster.host('h3'));
    await cluster.run(10_000);
    assert.equal(await asked(), true);
  });
});

describe('the simulated cluster', () => {
  it('elects another DC after the death of the first, and still fences it', async () => {
    const cluster = await scriptedCluster(3);
    assert.equal(cluster.pacemaker.dcOf('h3'), 'h1');
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(15_000);
    assert.equal(cluster.pacemaker.dcOf('h3'), 'h2');
    assert.deepEqual(await fencings(cluster, 'h3'), ['h1 success h2']);
  });

  it('has the side with quorum fence the other, which has stopped its resources by then', async () => {
    const cluster = await scriptedCluster(3, { fenceMs: 3_000 });
    const since = cluster.world.clock.now();
    cluster.world.cut([cluster.host('h1')]);
    await cluster.run(10_000);
    assert.deepEqual(
      cluster.actions(since).filter((text) => text.startsWith('h1')),
      ['h1 ganeti-master stop', 'h1 ganeti-node stop'],
    );
    await cluster.run(10_000);
    assert.equal(cluster.host('h1').on, false);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
  });

  it('goes on on the side without its old DC as it was, but for who is lost', async () => {
    const cluster = await scriptedCluster(5);
    const since = cluster.world.lines.length;
    cluster.world.cut([cluster.host('h1'), cluster.host('h2')]);
    await cluster.run(20_000);
    const told = cluster.world.lines.slice(since).map(({ host, text }) => `${host ?? '-'} ${text}`);
    assert.deepEqual(
      told.filter((text) => text.includes('member')),
      [],
    );
    assert.ok(told.includes('h3 pacemaker: DC'));
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h3']);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h3', 'h4', 'h5']);
  });

  it('knows of a side that was cut off what it last saw, whatever that does meanwhile', async () => {
    const cluster = await scriptedCluster(3, { fenceMs: 10_000 });
    cluster.world.cut([cluster.host('h1')]);
    await cluster.run(12_000);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h2', 'h3']);
    const seen = /<node name="h1" [^>]* unclean="true" [^>]* resources_running="2"/;
    assert.match(cluster.pacemaker.crmMon('h2') ?? '', seen);
  });

  it('does not take a DC that was reset within the token timeout for the DC it was', async () => {
    const cluster = await scriptedCluster(3);
    cluster.world.powerOff(cluster.host('h1'));
    await cluster.run(1_000);
    cluster.world.powerOn(cluster.host('h1'));
    await cluster.run(4_000);
    assert.equal(cluster.pacemaker.dcOf('h2'), 'h2');
    assert.deepEqual(
      await fencings(cluster, 'h2'),
      ['h1 success h2'],
      'what ran on it was lost all the same',
    );
  });

  it('takes a side that was cut off without fencing back, with what it runs', async () => {
    const cluster = await scriptedCluster(3, { stonithEnabled: false });
    cluster.world.cut([cluster.host('h1')]);
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
    cluster.world.heal([cluster.host('h1')]);
    await cluster.run(30_000);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h1', 'h2', 'h3']);
    assert.equal(new Set(['h1', 'h2', 'h3'].map((name) => cluster.pacemaker.dcOf(name))).size, 1);
  });

  it('with two nodes lets both sides of a cut fence each other: one survives', async () => {
    const cluster = await scriptedCluster(2, {
      faults: { fence: (target) => ({ ok: true, ms: target === 'h1' ? 2_000 : 1_000 }) },
    });
    cluster.world.cut([cluster.host('h1')]);
    await cluster.run(30_000);
    assert.deepEqual(
      cluster.world.hosts.map(({ on: power }) => power),
      [true, false],
    );
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h1']);
  });

  it('fences who was never seen since the last full stop', async () => {
    const cluster = await scriptedCluster(3);
    for (const host of cluster.world.hosts) cluster.world.powerOff(host);
    await cluster.run(60_000);
    for (const name of ['h1', 'h2']) cluster.world.powerOn(cluster.host(name));
    await cluster.run(30_000);
    assert.deepEqual(await fencings(cluster, 'h2'), ['h3 success h1']);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2'], 'h1 runs two of the three fence devices');
  });

  it('reboots with stonith-action=reboot', async () => {
    const cluster = await scriptedCluster(3, { stonithAction: 'reboot' });
    cluster.world.powerOff(cluster.host('h3'));
    await cluster.run(30_000);
    assert.equal(cluster.host('h3').boot, 2);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h1', 'h2', 'h3']);
  });

  it('shares the history of fencings with who joins, and loses it when all stop', async () => {
    const cluster = await scriptedCluster(3);
    cluster.world.powerOff(cluster.host('h3'));
    await cluster.run(15_000);
    cluster.world.powerOn(cluster.host('h3'));
    await cluster.run(15_000);
    assert.deepEqual(await fencings(cluster, 'h3'), ['h3 success h1']);
    for (const { name } of cluster.world.hosts) cluster.pacemaker.stop(name);
    await cluster.run(10_000);
    for (const { name } of cluster.world.hosts) cluster.pacemaker.start(name);
    await cluster.run(20_000);
    assert.deepEqual(await fencings(cluster, 'h3'), []);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h1', 'h2', 'h3']);
  });

  it('ends Pacemaker on a node that hears of its own fencing, as a lying device makes it', async () => {
    const cluster = await scriptedCluster(3, { faults: { fence: () => ({ ok: true, effect: false }) } });
    cluster.pacemaker.fence('h3', 'h1');
    await cluster.run(10_000);
    assert.equal(cluster.host('h3').on, true);
    assert.deepEqual(cluster.pacemaker.cloneOn(), ['h1', 'h2']);
    assert.equal(cluster.pacemaker.crmMon('h3'), undefined);
    assert.deepEqual(await fencings(cluster, 'h2'), ['h3 success h1']);
  });

  it('can switch a host off and call it a failure', async () => {
    const cluster = await scriptedCluster(3, {
      faults: { fence: (_, attempt) => ({ ok: attempt > 1, effect: true }) },
    });
    cluster.world.cut([cluster.host('h3')]);
    await cluster.run(15_000);
    assert.equal(cluster.host('h3').on, false);
    assert.deepEqual(await fencings(cluster, 'h2'), ['h3 success h1', 'h3 failed h1']);
  });

  it('tells its alert agents of each node and fencing, on every survivor, as another user than root', async () => {
    const told: string[] = [];
    const cluster = await scriptedCluster(3, {
      cloneNotify: false,
      alerts: [
        {
          run: async ({ vars, host }) => {
            assert.notEqual(host.uid, 0);
            const {
              CRM_alert_kind: kind,
              CRM_alert_node: node,
              CRM_alert_desc: desc,
              CRM_alert_rc: rc,
            } = vars;
            told.push(`${host.nodename} ${kind} ${node} ${rc ?? desc}`);
          },
        },
      ],
    });
    told.splice(0);
    cluster.world.powerOff(cluster.host('h3'));
    await cluster.run(15_000);
    assert.deepEqual(told, ['h1 node h3 lost', 'h2 node h3 lost', 'h1 fencing h3 0', 'h2 fencing h3 0']);
  });

  it('shuts a host down in order, so that nobody fences it', async () => {
    const cluster = await scriptedCluster(3);
    cluster.pacemaker.shutdownHost('h1');
    await cluster.run(20_000);
    assert.equal(cluster.host('h1').on, false);
    assert.deepEqual(await fencings(cluster, 'h2'), []);
    assert.deepEqual(cluster.pacemaker.masterOn(), ['h2']);
  });

  it('finds what still runs where Pacemaker alone died and was started again, or fences it first', async () => {
    const cluster = await scriptedCluster(3, { stonithEnabled: false });
    cluster.pacemaker.kill('h1');
    await cluster.run(1_000);
    cluster.pacemaker.start('h1');
    await cluster.run(15_000);
    assert.equal(cluster.pacemaker.masterOn().length, 1);
    const fencing = await scriptedCluster(3);
    fencing.pacemaker.kill('h1');
    await fencing.run(5_000);
    assert.equal(fencing.host('h1').on, false);
  });

  it('tells the same story each time', async () => {
    const tell = async (): Promise<unknown> => {
      const cluster = await scriptedCluster(5, { tellNotifies: true });
      cluster.world.powerOff(cluster.host('h1'));
      cluster.world.cut([cluster.host('h5')]);
      await cluster.run(60_000);
      cluster.world.heal([cluster.host('h5')]);
      cluster.world.powerOn(cluster.host('h1'));
      await cluster.run(60_000);
      return cluster.world.lines;
    };
    assert.deepEqual(await tell(), await tell());
  });
});
