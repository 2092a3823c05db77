// Two of five hosts lose their power at the same moment, the master among them. Pacemaker's notification after the
// fencing names only one of the two (measured with Pacemaker 2.1.5, four of four runs), so the other is found by
// looking at all nodes, or never.
import assert from 'node:assert/strict';
import { NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { failoverMoments, waitForOffline } from '../timeline.ts';
import { bootAndWait, drillsOn, readmit } from './drill-lab.ts';
import { ledgerSince } from './invariants.ts';

const ONE = { kind: 'count', count: 1 } as const;

const { drill } = drillsOn({ hosts: 5 });

drill('two of five killed at once, the master among them: both are marked offline', async (scene) => {
  const { lab, mark, check } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const other = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  const victims = [master, other].sort();
  await Promise.all(victims.map((host) => lab.kill(host)));

  const [{ masterHost = assert.fail('no new master') }] = await Promise.all([
    waitForOffline(lab, master, mark.since, 120_000),
    waitForOffline(lab, other, mark.since, 120_000),
  ]);
  assert.ok(!victims.includes(masterHost));
  await check({ fenced: victims, offlined: victims, offlineNow: victims });

  await Promise.all(victims.map((host) => bootAndWait(lab, host)));
  assert.equal(await lab.ganetiMaster(), masterHost, 'the role stayed where it went');
  await check({ fenced: victims, offlined: victims, offlineNow: victims });
  await readmit(lab, ...victims);
  return { fenced: victims, offlined: victims };
});

// The last of this file: its storm cools down for ten minutes.
drill('two of five killed with a limit of one: the second is held until it is released', async (scene) => {
  const { lab, mark, check } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const limit = 'ocf:node-offline:max:1';
  await lab.exec(master, ['gnt-cluster', 'add-tags', limit]);
  const victims = lab.hosts.filter((host) => host !== master).slice(-2);
  await Promise.all(victims.map((host) => lab.kill(host)));
  // On a busy machine the fencing of one may take longer: who is proven dead first is marked first.
  const first = await lab.waitFor(
    'one of them marked offline',
    async () =>
      victims.find((host) => failoverMoments(lab, host, mark.since).marked !== undefined) ??
      new NotYet(`neither of ${victims.join(' and ')}`),
    90_000,
  );
  const second = victims.find((host) => host !== first) ?? assert.fail('no second victim');
  await waitForOffline(lab, first, mark.since, 30_000);
  const held = ({ event, node, hold }: { event: string; node?: string; hold?: string }): boolean =>
    event === 'held' && node === fullName(second) && hold === 'brake';
  await lab.waitFor(
    `${second} fenced and held`,
    async () =>
      (failoverMoments(lab, second, mark.since).fenced !== undefined && ledgerSince(lab, mark).some(held)) ||
      new NotYet(JSON.stringify(ledgerSince(lab, mark).filter(({ node }) => node === fullName(second)))),
    60_000,
  );
  await lab.waitFor(
    'the reason in the state of the cluster',
    async () =>
      /exitreason="GNH304 .*gnt-ha release/.test(await lab.crmMon(master)) || new NotYet('no GNH304'),
    60_000,
  );
  // Where luxid copied the job to the second, not fenced yet, its answer came too late: the next sweep finds the job.
  const submitted = ({ event, node }: { event: string; node?: string }): boolean =>
    event === 'offline-submitted' && node === fullName(first);
  await lab.waitFor(
    `the job for ${first} in the ledger`,
    async () => ledgerSince(lab, mark).some(submitted) || new NotYet('no such line'),
    30_000,
  );
  await check({ fenced: victims, offlined: [first], offlineNow: [first], limit: ONE });

  const dry = await lab.exec(master, ['gnt-ha', 'release', '--dry-run']);
  assert.match(dry.stdout, new RegExp(`^${fullName(second)} would be marked offline`));
  assert.doesNotMatch(dry.stdout, new RegExp(fullName(first)), 'it is not held');
  await lab.exec(master, ['gnt-ha', 'release', '--yes']);
  await waitForOffline(lab, second, mark.since, 60_000);
  await lab.exec(master, ['gnt-cluster', 'remove-tags', limit]);
  assert.equal(await lab.ganetiMaster(), master);
  return { fenced: victims, offlined: victims, offlineNow: victims, limit: ONE, released: [second] };
});
