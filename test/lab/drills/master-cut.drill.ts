// The master loses its network, not its power: it works on until it is fenced, and nobody can ask it anything.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, drillsOn } from './drill-lab.ts';
import { shunnedOn } from './shunned.ts';

const monitor = ['op', 'monitor', 'interval=5s', 'timeout=30s'];
const update = { 'ganeti-node': monitor, 'ganeti-master': monitor };
const { drill } = drillsOn({ hosts: 3, configure: { update } });

/** Longer than a monitor interval. */
const OBSERVE_MS = 8_000;

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
