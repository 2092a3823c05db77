// The promotable form of the master role: hand-overs between living hosts while a job runs, and a master that dies.
import assert from 'node:assert/strict';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { waitForOffline } from '../timeline.ts';
import { bringBack, drillsOn, waitUntilWhole } from './drill-lab.ts';
import { ledgerSince } from './invariants.ts';

const { drill } = drillsOn({ hosts: 3, snippet: 'pcs-promotable' });

drill('a hand-over waits for a running job, and refuses new ones meanwhile', async ({ lab, mark, check }) => {
  const old = await master(lab);
  const target = await notMaster(lab);
  const job = await submitDelay(lab, old, 20);
  await lab.exec(old, `pcs resource move ganeti-master-clone ${target} --promoted >/root/moved 2>&1 &`);
  await lab.waitFor(
    'the queue drained',
    async () => (await isDrained(lab, old)) || new NotYet('it is not'),
    30_000,
  );
  const refused = await lab.exec(old, ['gnt-debug', 'delay', '--submit', '1'], { check: false });
  assert.notEqual(refused.code, 0);
  assert.match(refused.stderr, /drained/i);
  assert.equal(await jobStatus(lab, old, job), 'running');
  await waitForMaster(lab, (host) => host === target);
  assert.equal(await jobStatus(lab, target, job), 'success');
  assert.equal(await isDrained(lab, target), false);
  // Jobs are accepted and done again.
  const next = await submitDelay(lab, target, 0.1);
  await waitForJob(lab, target, next, 'success');
  await check();
  const events = ledgerSince(lab, mark).map(({ event }) => event);
  assert.deepEqual(events, ['queue-drained', 'master-released', 'master-taken']);
  return undefined;
});

drill('standby of the promoted node with a running job: the role moves, the job ends', async (scene) => {
  const { lab, check } = scene;
  const old = await master(lab);
  const job = await submitDelay(lab, old, 6);
  await lab.exec(old, ['pcs', 'node', 'standby', old]);
  const now = await waitForMaster(lab, (host) => host !== old);
  assert.equal(await jobStatus(lab, now, job), 'success');
  assert.equal(await isDrained(lab, now), false);
  await check();
  await lab.exec(old, ['pcs', 'node', 'unstandby', old]);
  await waitUntilWhole(lab);
  assert.equal(await lab.ganetiMaster(), now, 'the role stayed where it went');
  return undefined;
});

drill(
  'standby of the promoted node where no other can be promoted: its queue is opened again, and it has the role back',
  async ({ lab, mark, check }) => {
    const old = await master(lab);
    const others = lab.hosts.filter((host) => host !== old);
    const file = '/etc/ganeti-ha/simulate.d/ganeti-master-promotable.start-fails';
    for (const host of others) await lab.exec(host, `mkdir -p /etc/ganeti-ha/simulate.d; touch ${file}`);
    await lab.exec(old, ['pcs', 'node', 'standby', old]);
    await lab.waitFor(
      'the queue of the old master undrained after both promotions have failed',
      async () => {
        const ledgers = ledgerSince(lab, mark).filter(({ trigger }) => trigger === 'promote');
        return ledgers.some(({ event }) => event === 'queue-undrained') || new NotYet('it is drained');
      },
      60_000,
    );
    assert.equal(await isDrained(lab, old), false);
    const job = await submitDelay(lab, old, 0.1);
    await waitForJob(lab, old, job, 'success');
    await lab.exec(old, ['pcs', 'node', 'unstandby', old]);
    await waitForMaster(lab, (host) => host === old);
    for (const host of others) await lab.exec(host, ['rm', file]);
    await waitUntilWhole(lab);
    assert.equal(await isDrained(lab, old), false);
    const failures = [/ganeti-master (start|promote) on h\d: error \(.*SIMULATED/];
    await check({ failures });
    return { failures };
  },
);

drill('a killed promoted node is fenced, a candidate is promoted and marks it offline', async (scene) => {
  const { lab, mark, check } = scene;
  const victim = await master(lab);
  await lab.kill(victim);
  const { masterHost } = await waitForOffline(lab, victim, mark.since, 120_000);
  assert.ok(masterHost !== undefined && masterHost !== victim);
  await waitForMaster(lab, (host) => host === masterHost);
  await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });
  await bringBack(lab, victim);
  assert.equal(await lab.ganetiMaster(), masterHost, 'the role stayed where it went');
  return { fenced: [victim], offlined: [victim] };
});

async function master(lab: Lab): Promise<string> {
  return (await lab.ganetiMaster()) ?? assert.fail('no master');
}

async function notMaster(lab: Lab): Promise<string> {
  const now = await master(lab);
  return lab.hosts.findLast((host) => host !== now) ?? assert.fail('no other host');
}

/** Both Pacemaker and Ganeti have the role there; its host. */
async function waitForMaster(lab: Lab, wanted: (host: string) => boolean): Promise<string> {
  return await lab.waitFor(
    'the role promoted where it shall be',
    async () => {
      const [host, ...more] = startedOn(await lab.crmMon(), 'ganeti-master');
      const settled = host !== undefined && more.length === 0 && wanted(host);
      return settled && (await lab.ganetiMaster()) === host ? host : new NotYet(`on ${host ?? 'none'}`);
    },
    120_000,
  );
}

async function submitDelay(lab: Lab, host: string, seconds: number): Promise<string> {
  const { stdout, stderr } = await lab.exec(host, ['gnt-debug', 'delay', '--submit', String(seconds)]);
  const id = /JobID: (\d+)/.exec(`${stdout}${stderr}`)?.[1] ?? assert.fail(`${stdout}${stderr}`);
  if (seconds > 1) await waitForJob(lab, host, id, 'running');
  return id;
}

async function waitForJob(lab: Lab, host: string, id: string, status: string): Promise<void> {
  await lab.waitFor(
    `job ${id} ${status}`,
    async () => {
      const now = await jobStatus(lab, host, id);
      return now === status || new NotYet(now);
    },
    20_000,
  );
}

async function jobStatus(lab: Lab, host: string, id: string): Promise<string> {
  const { stdout } = await lab.exec(host, ['gnt-job', 'list', '--no-headers', '-o', 'status', id]);
  return stdout.trim();
}

async function isDrained(lab: Lab, host: string): Promise<boolean> {
  const { stdout } = await lab.exec(host, ['gnt-cluster', 'queue', 'info']);
  assert.match(stdout, /The drain flag is (un)?set/);
  return !stdout.includes('unset');
}
