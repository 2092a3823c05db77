// The master is left alone: without quorum it knows nothing of the others, so it does nothing on their account, and
// gives its own role up completely, since a successor may be at work on the other side.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { clusterAddress } from '../network.ts';
import { bootAndWait, drillsOn, waitForNodeRoleStopped, waitUntilWhole } from './drill-lab.ts';
import { ledgerSince } from './invariants.ts';

const monitor = ['op', 'monitor', 'interval=5s', 'timeout=30s'];
const update = { 'ganeti-node': monitor, 'ganeti-master': monitor };
const { drill } = drillsOn({ hosts: 3, configure: { update } });

/** Longer than a monitor interval. */
const OBSERVE_MS = 8_000;

drill(
  'the two others lose their power: the master stops its daemons, nobody is marked offline',
  async (scene) => {
    const { lab, mark, check } = scene;
    const { master, others } = await roles(lab);
    const before = await lab.gntJobs(master);
    await Promise.all(others.map((host) => lab.kill(host)));
    await waitForSurrender(lab, master);
    await waitForNodeRoleStopped(lab, master);
    await sleep(OBSERVE_MS);
    assert.deepEqual(await leftOfTheRole(lab, master), []);
    assert.deepEqual(offliningsOf(ledgerSince(lab, mark)), []);
    await check({ noMaster: true });

    await Promise.all(others.map((host) => bootAndWait(lab, host, 120_000)));
    await waitUntilWhole(lab, 120_000);
    assert.equal(await lab.ganetiMaster(), master, 'the role is where it was');
    const jobs = (await lab.gntJobs()).slice(before.length);
    assert.deepEqual(
      jobs.filter(({ summary }) => /NODE_SET_PARAMS/.test(summary)),
      [],
    );
    return undefined;
  },
);

drill(
  'the two others are cut off from everybody: all is as it was when they are connected again',
  async (scene) => {
    const { lab, mark, check } = scene;
    const { master, others } = await roles(lab);
    // Quorum is three of three: two that find each other a second before the third would else fence it, and rightly so.
    await lab.exec(master, ['corosync-quorumtool', '-e', '4']);
    await Promise.all(others.map((host) => lab.cut(host)));
    await waitForSurrender(lab, master);
    await Promise.all(lab.hosts.map((host) => waitForNodeRoleStopped(lab, host)));
    await sleep(OBSERVE_MS);
    assert.deepEqual(await leftOfTheRole(lab, master), []);
    assert.deepEqual(offliningsOf(ledgerSince(lab, mark)), []);
    await check({ noMaster: true });

    await Promise.all(others.map((host) => lab.heal(host)));
    await waitUntilWhole(lab, 120_000);
    return undefined;
  },
);

async function roles(lab: Lab): Promise<{ readonly master: string; readonly others: readonly string[] }> {
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  return { master, others: lab.hosts.filter((host) => host !== master) };
}

/** Waits until nothing of the master role works on the host any more. */
async function waitForSurrender(lab: Lab, host: string): Promise<void> {
  await lab.waitFor(
    `${host} has no quorum and gave the master role up`,
    async () => {
      const xml = await lab.crmMon(host);
      if (!xml.includes('with_quorum="false"')) return new NotYet('it has quorum');
      const started = startedOn(xml, 'ganeti-master');
      if (started.length > 0) return new NotYet(`ganeti-master on [${started.join(' ')}]`);
      const left = await leftOfTheRole(lab, host);
      return left.length === 0 || new NotYet(left.join(' '));
    },
    60_000,
  );
}

/** Daemons of the master role that run on a host, and its address. */
async function leftOfTheRole(lab: Lab, host: string): Promise<readonly string[]> {
  const script = `pgrep -l -x 'ganeti-(luxid|wconfd|rapi)'; ip -o addr show to ${clusterAddress}/32`;
  const { stdout } = await lab.exec(host, script, { check: false });
  return stdout.split('\n').filter((line) => line !== '');
}

function offliningsOf(entries: ReturnType<typeof ledgerSince>): readonly unknown[] {
  return entries.filter(({ event }) => event === 'offline-submitted' || event === 'shun');
}
