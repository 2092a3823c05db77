// Hosts that lose their power: fenced, marked offline, replaced as master, and taken back.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, bringBack, drillsOn, readmit, type Scene } from './drill-lab.ts';
import { ledgerSince } from './invariants.ts';
import { shunnedOn } from './shunned.ts';

const { drill } = drillsOn({ hosts: 3 });

/** Longer than a monitor interval of the snippet, so that every agent has looked at least once. */
const OBSERVE_MS = 22_000;

drill(
  'a killed node that is not master is fenced and marked offline, and stays so when it is back',
  async (scene) => {
    const { lab, mark, check } = scene;
    const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
    await lab.kill(victim);
    await waitForOffline(lab, victim, mark.since, 90_000);
    const expected = { fenced: [victim], offlined: [victim], offlineNow: [victim] };
    await check(expected);
    assertWasShunned(scene, victim);
    assert.equal(await lab.ganetiMaster(), master, 'the master role did not move');

    await bootAndWait(lab, victim);
    await lab.waitFor(
      `${master} no longer refuses TCP to ${victim}`,
      async () => !(await shunnedOn(lab, master)),
      60_000,
    );
    const decided = () => ledgerSince(lab, mark).filter(({ event }) => event !== 'trouble');
    // The shun is gone a moment before its line is written.
    const isNoted = () =>
      decided().some(({ event, result }) => event === 'shun' && /: nobody$/.test(result ?? ''));
    await lab.waitFor('the end of the shun is noted', async () => isNoted(), 5_000);
    const before = decided().length;
    const jobs = (await lab.gntJobs()).length;
    await sleep(OBSERVE_MS);
    await check(expected);
    assert.equal((await lab.gntJobs()).length, jobs, 'no job was submitted for a node that is back');
    assert.equal(decided().length, before, 'nothing was decided about a node that is back');
    assert.equal(await shunnedOn(lab, master), false);
    assert.match(
      await lab.crmMon(),
      /GNH330 [^"]*gnt-ha readmit/,
      'Pacemaker shows the reason and the remedy',
    );

    await readmit(lab, victim);
    return { fenced: [victim], offlined: [victim] };
  },
);

drill('a killed master is fenced, another candidate takes the role and marks it offline', async (scene) => {
  const { lab, mark, check } = scene;
  const victim = (await lab.ganetiMaster()) ?? assert.fail('no master');
  await lab.kill(victim);
  const { masterHost } = await waitForOffline(lab, victim, mark.since, 120_000);
  assert.ok(masterHost !== undefined && masterHost !== victim);
  await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });
  assertWasShunned(scene, victim);

  await bootAndWait(lab, victim);
  await lab.waitFor(
    `${masterHost} no longer refuses TCP`,
    async () => !(await shunnedOn(lab, masterHost)),
    60_000,
  );
  await readmit(lab, victim);
  assert.equal(await lab.ganetiMaster(), masterHost, 'the role stayed where it went');
  return { fenced: [victim], offlined: [victim] };
});

drill(
  'a node killed during a pause stays as it is, with the reason, until the pause is ended',
  async (scene) => {
    const { lab, mark, check } = scene;
    const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const [other = '', victim = ''] = lab.hosts.filter((host) => host !== master);
    await lab.exec(other, ['gnt-ha', 'pause', '--for', '1h', '--reason', 'a drill, naïvely']);
    await lab.kill(victim);
    await lab.waitFor(
      `${victim} fenced and held`,
      async () =>
        ledgerSince(lab, mark).some(({ event, hold }) => event === 'held' && hold === 'pause') ||
        new NotYet(JSON.stringify(ledgerSince(lab, mark))),
      60_000,
    );
    await lab.waitFor(
      'the reason in the state of the cluster',
      async () => /exitreason="GNH320 /.test(await lab.crmMon(master)) || new NotYet('no GNH320'),
      60_000,
    );
    await sleep(OBSERVE_MS);
    await check({ fenced: [victim] });

    await lab.exec(other, ['gnt-ha', 'resume', '--all']);
    await waitForOffline(lab, victim, mark.since, 60_000);
    assert.equal(await lab.ganetiMaster(), master, 'the master role did not move');
    await bringBack(lab, victim);
    return { fenced: [victim], offlined: [victim] };
  },
);

/** Without this nobody would notice that there was nothing to withdraw. */
function assertWasShunned({ lab, mark }: Scene, victim: string): void {
  const shuns = ledgerSince(lab, mark).filter(({ event }) => event === 'shun');
  assert.ok(
    shuns.some(({ nodes }) => nodes?.includes(fullName(victim))),
    `TCP to ${victim} was refused until it was offline in Ganeti`,
  );
}
