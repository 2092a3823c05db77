// The same cluster, configured with the README's crmsh snippet.
import assert from 'node:assert/strict';
import { type Lab, NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, bringBack, drillsOn, waitUntilWhole } from './drill-lab.ts';
import { ledgerSince } from './invariants.ts';

const { drill } = drillsOn({ hosts: 3, snippet: 'crmsh' });

drill('configured with crmsh: a killed node is fenced and marked offline', async (scene) => {
  const { lab, mark, check } = scene;
  const master = await lab.ganetiMaster();
  const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  await lab.kill(victim);
  await waitForOffline(lab, victim, mark.since, 90_000);
  await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });

  // For the drill that follows.
  await bringBack(lab, victim);
  return { fenced: [victim], offlined: [victim] };
});

drill(
  'with on-return:readmit a host that is back and sound is taken back by itself',
  async ({ lab, mark }) => {
    const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
    // Not the host of the drill before: one that had to be taken back a little while ago waits for a person.
    const victim = lab.hosts.find((host) => host !== master) ?? assert.fail('no other host');
    // A minute is the shortest that is taken for health.
    const tags = ['ocf:node-offline:on-return:readmit', 'ocf:node-offline:readmit-after:60'];
    await lab.exec(master, ['gnt-cluster', 'add-tags', ...tags]);
    await lab.kill(victim);
    await waitForOffline(lab, victim, mark.since, 90_000);
    await bootAndWait(lab, victim);
    await lab.waitFor(`${victim} taken back`, () => isOnline(lab, master, victim), 180_000);
    await lab.waitFor(
      'its end in the ledger',
      () => ledgerSince(lab, mark).some(({ event, what }) => event === 'job-ended' && what === 'readmit'),
      60_000,
    );
    const lines = ledgerSince(lab, mark).filter(({ node }) => node === fullName(victim));
    const [submitted, ...others] = lines.filter(({ event }) => event === 'readmit-submitted');
    assert.equal(others.length, 0, 'one job takes it back');
    assert.match(submitted?.because ?? '', /^it has been sound since /);
    await lab.exec(master, ['gnt-cluster', 'remove-tags', ...tags]);
    await waitUntilWhole(lab);
    return { fenced: [victim], offlined: [victim] };
  },
);

async function isOnline(lab: Lab, master: string, host: string): Promise<true | NotYet> {
  const role = (await lab.gntNodeFlags(master)).get(host)?.role;
  return role === 'candidate' || new NotYet(`${host} is ${role}`);
}
