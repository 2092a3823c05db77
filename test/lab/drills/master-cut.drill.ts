// Hosts that lose their network, not their power: they work on until they are fenced, and nobody can ask them anything.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, bringBack, drillsOn } from './drill-lab.ts';
import { ledgerSince } from './invariants.ts';
import { shunnedOn } from './shunned.ts';

const monitor = ['op', 'monitor', 'interval=5s', 'timeout=30s'];
const update = { 'ganeti-node': monitor, 'ganeti-master': monitor };
const { drill } = drillsOn({ hosts: 3, configure: { update } });

/** Longer than a monitor interval. */
const OBSERVE_MS = 8_000;

/** A job waits for an answer from there, with the node's lock, for as long as Ganeti allows it: up to an hour. */
drill(
  'a node is cut off with a job hanging on it: the job ends, and the node is marked offline at once',
  async ({ lab, mark, check }) => {
    const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
    const delay = ['gnt-debug', 'delay', '--submit', '--no-master', '-n', fullName(victim), '900'];
    await lab.exec(master, delay);
    const hanging = async (): Promise<boolean> =>
      (await lab.gntJobs(master)).some(
        ({ status, summary }) => status === 'running' && summary.startsWith('TEST_DELAY'),
      );
    await lab.waitFor('the job runs', async () => (await hanging()) || new NotYet('no job runs'), 20_000);
    await sleep(1_000);

    await lab.cut(victim);
    await waitForOffline(lab, victim, mark.since, 60_000);
    const expected = { fenced: [victim], offlined: [victim] };
    await check({ ...expected, offlineNow: [victim] });
    assert.ok(
      ledgerSince(lab, mark).some(({ event }) => event === 'connections-ended'),
      'the job had hung, and its connection was ended',
    );
    assert.equal(await hanging(), false);
    await bringBack(lab, victim);
    return expected;
  },
);

drill(
  'the master is cut off: it is fenced, the role moves, and it stays passive when it is back',
  async (scene) => {
    const { lab, mark, check } = scene;
    const victim = (await lab.ganetiMaster()) ?? assert.fail('no master');
    await lab.cut(victim);
    const { masterHost = assert.fail('no new master') } = await waitForOffline(
      lab,
      victim,
      mark.since,
      120_000,
    );
    const expected = { fenced: [victim], offlined: [victim], offlineNow: [victim] };
    await check(expected);
    assert.notEqual(masterHost, victim);
    assert.equal(await lab.isOn(victim), false);

    // The lab plugs the cable in at a boot.
    await bootAndWait(lab, victim);
    await lab.waitFor(
      `${masterHost} no longer refuses TCP to ${victim}`,
      async () => !(await shunnedOn(lab, masterHost)),
      60_000,
    );
    const jobs = (await lab.gntJobs(masterHost)).length;
    await sleep(OBSERVE_MS);
    await check(expected);
    assert.equal(await lab.ganetiMaster(), masterHost, 'the role stayed where it went');
    assert.equal(
      (await lab.gntJobs(masterHost)).length,
      jobs,
      'no job was submitted for a node that is back',
    );
    return expected;
  },
);
