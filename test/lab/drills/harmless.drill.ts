// What administrators do every day, and agents that fail: nobody is fenced for it, nobody is marked offline.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { drillsOn, type Scene, waitForCandidacy, waitUntilWhole } from './drill-lab.ts';
import { type Expected, ledgerSince, logLinesSince, type Mark } from './invariants.ts';

/** More looks in the same time; the snippet's 20 s is drilled elsewhere. */
const monitor = ['op', 'monitor', 'interval=10s', 'timeout=30s'];
const update = { 'ganeti-node': monitor, 'ganeti-master': monitor };
const drills = drillsOn({ hosts: 3, configure: { update } });

/** Beyond the invariants: nobody was even thought of, so no administrator reads a false alarm. */
function drill(title: string, story: (scene: Scene) => Promise<Expected | undefined>): void {
  drills.drill(title, async (scene) => {
    const expected = await story(scene);
    const alarms = ledgerSince(scene.lab, scene.mark).filter(
      ({ event }) => event === 'decided' || event === 'held' || event === 'trouble',
    );
    assert.deepEqual(alarms, [], 'entries in the ledgers about a node');
    return expected;
  });
}

/** Longer than a monitor interval: every agent has looked at what happened. */
const OBSERVE_MS = 12_000;

drill('standby of a node that is not master', async ({ lab, check }) => {
  const host = await notMaster(lab);
  await lab.exec(host, ['pcs', 'node', 'standby', host]);
  await waitForResource(lab, 'ganeti-node', (hosts) => !hosts.includes(host));
  await sleep(OBSERVE_MS);
  await check();
  await lab.exec(host, ['pcs', 'node', 'unstandby', host]);
  await waitUntilWhole(lab);
  return undefined;
});

drill('standby of the master: the role moves', async ({ lab, check }) => {
  const old = await master(lab);
  await lab.exec(old, ['pcs', 'node', 'standby', old]);
  await waitForResource(lab, 'ganeti-master', ([host]) => host !== undefined && host !== old);
  await sleep(OBSERVE_MS);
  await check();
  assert.notEqual(await lab.ganetiMaster(), old);
  await lab.exec(old, ['pcs', 'node', 'unstandby', old]);
  await waitUntilWhole(lab);
  return undefined;
});

drill(
  'an orderly stop of Pacemaker, and of Pacemaker and corosync, on a node that is not master',
  async ({ lab, check }) => {
    const host = await notMaster(lab);
    await lab.exec(host, ['svc', 'stop', 'pacemaker'], { timeoutMs: 90_000 });
    await sleep(OBSERVE_MS);
    await check();
    await lab.exec(host, ['svc', 'stop', 'corosync'], { timeoutMs: 90_000 });
    await sleep(OBSERVE_MS);
    await check();
    await lab.exec(host, ['svc', 'start', 'cluster'], { timeoutMs: 60_000 });
    await waitUntilWhole(lab);
    return undefined;
  },
);

drill('an orderly stop of Pacemaker and corosync on the master: the role moves', async ({ lab, check }) => {
  const old = await master(lab);
  await lab.exec(old, ['svc', 'stop', 'cluster'], { timeoutMs: 120_000 });
  const witness = lab.hosts.find((host) => host !== old) ?? assert.fail('no other host');
  await lab.waitFor(
    'the role on another host',
    async () => startedOn(await lab.crmMon(witness), 'ganeti-master').some((host) => host !== old),
    120_000,
  );
  await sleep(OBSERVE_MS);
  await lab.exec(old, ['svc', 'start', 'cluster'], { timeoutMs: 60_000 });
  await waitUntilWhole(lab);
  await check();
  assert.notEqual(await lab.ganetiMaster(), old);
  return undefined;
});

drill(
  'with drain-on-leave a clean leave drains a node, and its return undrains it',
  async ({ lab, check }) => {
    const here = await master(lab);
    const host = await notMaster(lab);
    const tag = 'ocf:node-offline:drain-on-leave';
    await lab.exec(here, ['gnt-cluster', 'add-tags', tag]);
    const leaves = [
      { leave: ['pcs', 'node', 'standby', host], comeBack: ['pcs', 'node', 'unstandby', host] },
      { leave: ['svc', 'stop', 'cluster'], comeBack: ['svc', 'start', 'cluster'] },
    ];
    for (const { leave, comeBack } of leaves) {
      await lab.exec(host, leave, { timeoutMs: 120_000 });
      await lab.waitFor(
        `${host} drained after ${leave.join(' ')}`,
        async () => (await lab.gntNodeFlags(here)).get(host)?.role === 'drained' || new NotYet('not drained'),
        60_000,
      );
      await check();
      await lab.exec(host, comeBack, { timeoutMs: 60_000 });
      await waitUntilWhole(lab);
    }
    await waitForCandidacy(lab, host);
    await lab.exec(here, ['gnt-cluster', 'remove-tags', tag]);
    return undefined;
  },
);

drill('`pcs resource move` moves the role', async ({ lab, check }) => {
  const old = await master(lab);
  const target = await notMaster(lab);
  await lab.exec(old, ['pcs', 'resource', 'move', 'ganeti-master', target], { timeoutMs: 180_000 });
  await waitForResource(lab, 'ganeti-master', ([host]) => host === target);
  await lab.exec(old, ['pcs', 'resource', 'clear', 'ganeti-master'], { check: false });
  await sleep(OBSERVE_MS);
  await check();
  assert.equal(await lab.ganetiMaster(), target);
  return undefined;
});

drill('a failing monitor of the node agent', async ({ lab, mark }) => {
  const host = await notMaster(lab);
  await simulateUntilNoticed(lab, mark, host, 'ganeti-node.monitor-fails');
  await waitUntilWhole(lab);
  await sleep(OBSERVE_MS);
  return { failures: [/^ganeti-node monitor on h\d: error \(.*SIMULATED/] };
});

drill('a failing monitor of the master agent: the role recovers', async ({ lab, mark }) => {
  const host = await master(lab);
  await simulateUntilNoticed(lab, mark, host, 'ganeti-master.monitor-fails');
  await waitUntilWhole(lab);
  await sleep(OBSERVE_MS);
  return { failures: [/^ganeti-master monitor on h\d: error \(.*SIMULATED/] };
});

drill('`gnt-cluster master-failover` by hand: recognised, and Pacemaker follows', async ({ lab, mark }) => {
  const old = await master(lab);
  const target = await notMaster(lab);
  await lab.exec(target, ['gnt-cluster', 'master-failover'], { timeoutMs: 180_000, check: false });
  await lab.waitFor(`GNH108 in the log of ${old}`, () => agentSaid(lab, mark, old, 'GNH108'), 60_000);
  await waitForResource(lab, 'ganeti-master', ([host]) => host === target);
  await waitUntilWhole(lab);
  await sleep(OBSERVE_MS);
  assert.equal(await lab.ganetiMaster(), target, 'the role stays where the administrator moved it');
  // Pacemaker follows so quickly that it mostly ends the monitor that told it before its result is there.
  return { failures: [/^ganeti-master monitor on h\d: not running \(GNH108/] };
});

async function master(lab: Lab): Promise<string> {
  return (await lab.ganetiMaster()) ?? assert.fail('no master');
}

async function notMaster(lab: Lab): Promise<string> {
  const now = await master(lab);
  return lab.hosts.findLast((host) => host !== now) ?? assert.fail('no other host');
}

/** Whether an agent has logged a reason's code on a host since the mark. Lines of syslog begin with the seconds. */
async function agentSaid(lab: Lab, mark: Mark, host: string, code: string): Promise<boolean> {
  const { stdout } = await lab.exec(host, ['grep', '-a', code, '/var/log/syslog'], { check: false });
  return stdout.split('\n').some((line) => Number.parseFloat(line) >= mark.since);
}

async function waitForResource(
  lab: Lab,
  resource: string,
  wanted: (hosts: readonly string[]) => boolean,
): Promise<void> {
  await lab.waitFor(
    `${resource} where it shall run`,
    async () => {
      const hosts = startedOn(await lab.crmMon(), resource);
      return wanted(hosts) || new NotYet(`it runs on [${hosts.join(' ')}]`);
    },
    120_000,
  );
}

async function waitForLog(lab: Lab, mark: Mark, host: string, line: RegExp): Promise<void> {
  await lab.waitFor(
    `${line} in Pacemaker's log on ${host}`,
    () => logLinesSince(lab, mark, host).some((text) => line.test(text)),
    60_000,
  );
}

/** Makes an agent sick and well again as soon as Pacemaker has noticed. */
async function simulateUntilNoticed(lab: Lab, mark: Mark, host: string, condition: string): Promise<void> {
  const file = `/etc/ganeti-ha/simulate.d/${condition}`;
  const [resource = ''] = condition.split('.');
  await lab.exec(host, `mkdir -p /etc/ganeti-ha/simulate.d; touch ${file}`);
  await waitForLog(lab, mark, host, new RegExp(`Result of monitor operation for ${resource} .*SIMULATED`));
  await lab.exec(host, ['rm', file]);
}
