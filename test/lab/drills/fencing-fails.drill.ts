// The BMCs refuse. Nobody knows then whether a silent host is dead, so nothing is done on its account, and it is said
// why; as soon as fencing works all goes its way.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Lab, NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bringBack, drillsOn, waitForNodeRoleStopped, waitUntilWhole } from './drill-lab.ts';
import { ledgerSince, type Mark } from './invariants.ts';

const monitor = ['op', 'monitor', 'interval=5s', 'timeout=30s'];
const update = { 'ganeti-node': monitor, 'ganeti-master': monitor };
const { drill } = drillsOn({ hosts: 3, configure: { update } });

/** Longer than a monitor interval. */
const OBSERVE_MS = 8_000;
/** Pacemaker gives up after ten failures (stonith-max-attempts) and each is tried twice: they must not come too fast. */
const REFUSING = { fail: true, delaySeconds: 1 };
const WORKING = { fail: false, delaySeconds: 0 };

drill('fencing of a killed node fails: it is not marked offline until fencing works', async (scene) => {
  const { lab, mark, check } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  const foretold = await foretell(lab, master, victim);
  const jobs = (await lab.gntJobs(master)).length;
  await lab.bmc(REFUSING);
  await lab.kill(victim);
  await waitForReason(lab, master, victim);
  await sleep(OBSERVE_MS);
  await assertStatusSaysWhy(lab, master, victim, 'candidate');
  nothingWasDone(lab, mark);
  assert.equal((await lab.gntJobs(master)).length, jobs, 'no job was submitted');
  await check();

  await lab.bmc(WORKING);
  await waitForOffline(lab, victim, mark.since, 60_000);
  await assertDoneAs(lab, master, victim, foretold);
  await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });
  await bringBack(lab, victim);
  return { fenced: [victim], offlined: [victim] };
});

drill('fencing of a killed master fails: the role does not move until fencing works', async (scene) => {
  const { lab, mark, check } = scene;
  const victim = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const survivors = lab.hosts.filter((host) => host !== victim);
  await lab.bmc(REFUSING);
  await lab.kill(victim);
  await Promise.all(survivors.map((host) => waitForReason(lab, host, victim)));
  await sleep(OBSERVE_MS);
  for (const host of survivors) await assertStatusSaysWhy(lab, host, victim, 'master');
  nothingWasDone(lab, mark);
  await check({ noMaster: true });

  await lab.bmc(WORKING);
  await waitForOffline(lab, victim, mark.since, 90_000);
  await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });
  await bringBack(lab, victim);
  return { fenced: [victim], offlined: [victim] };
});

drill(
  'fencing of a master that is cut off fails until it is connected again: one master, nobody fenced or offline',
  async (scene) => {
    const { lab, mark, check } = scene;
    const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const survivors = lab.hosts.filter((host) => host !== master);
    await lab.bmc(REFUSING);
    await lab.cut(master);
    await Promise.all(survivors.map((host) => waitForReason(lab, host, master)));
    await waitForNodeRoleStopped(lab, master);
    nothingWasDone(lab, mark);
    await check({ noMaster: true });

    await lab.heal(master);
    await waitUntilWhole(lab, 120_000);
    await lab.waitFor(
      'the end of the last attempt to fence it',
      async () => !/<fence_event [^>]*status="pending"/.test(await lab.crmMon()),
      60_000,
    );
    await lab.bmc(WORKING);
    return undefined;
  },
);

/** The command by which `gnt-ha simulate --fail` says that the victim would be marked; asking leaves no trace. */
async function foretell(lab: Lab, master: string, victim: string): Promise<string> {
  const before = await traces(lab, master, victim);
  const ask = async (...words: readonly string[]): Promise<string> =>
    (await lab.exec(master, ['gnt-ha', ...words], { timeoutMs: 60_000 })).stdout;
  const foreseen = await ask('simulate', '--fail', victim);
  assert.match(await ask('why', victim), new RegExp(`^${fullName(victim)}: alive, nothing to do`));
  await ask('history', victim);
  assert.deepEqual(await traces(lab, master, victim), before, 'nothing was done or noted');
  assert.match(foreseen, /^If .* lost its power now\. Simulated; nothing was changed\.\n/);
  assert.match(foreseen, new RegExp(`\\$ stonith_admin --fence ${victim}\n`));
  assert.doesNotMatch(foreseen, /corosync/, 'its configuration is read, nothing is assumed of it');
  const [, command = assert.fail(foreseen)] = /\$ (gnt-node modify .*)\n/.exec(foreseen) ?? [];
  return command;
}

/** The agents go on meanwhile, but have nothing to say of a node that is well. */
async function traces(lab: Lab, master: string, victim: string): Promise<unknown> {
  const ledgers = ledgerSince(lab, { since: 0, logs: new Map() });
  return {
    ledgers: ledgers.filter((line) => JSON.stringify(line).includes(fullName(victim))),
    jobs: (await lab.gntJobs(master)).length,
  };
}

/** The job that Ganeti has run is that command's, and history and why tell of it. */
async function assertDoneAs(lab: Lab, master: string, victim: string, command: string): Promise<void> {
  const name = fullName(victim);
  const job = (await lab.gntJobs(master)).findLast(({ summary }) => summary === `NODE_SET_PARAMS(${name})`);
  const { stdout } = await lab.exec(master, ['gnt-job', 'info', job?.id ?? assert.fail('no job')]);
  const [, offline] = /^ +offline: (\w+)$/m.exec(stdout) ?? [];
  const [, promote] = /^ +auto_promote: (\w+)$/m.exec(stdout) ?? [];
  const typed =
    offline === 'True'
      ? `gnt-node modify --offline=yes ${promote === 'True' ? '--auto-promote ' : ''}${name}`
      : '';
  assert.equal(command, typed, 'what was foretold is what was done');
  const history = await lab.exec(master, ['gnt-ha', 'history', victim]);
  assert.match(
    history.stdout,
    new RegExp(`${name}: job ${job?.id} to mark it offline: ${victim} was fenced`),
  );
  const why = await lab.exec(master, ['gnt-ha', 'why', victim]);
  assert.match(why.stdout, new RegExp(`^${name}: fenced, nothing to do \\(already-offline\\)`));
}

/** What `crm_mon` and `pcs status` show: the node agent is degraded, with the reason and the remedy. */
async function waitForReason(lab: Lab, host: string, victim: string): Promise<void> {
  const shown = new RegExp(
    `op_key="ganeti-node_monitor_5000" node="${host}" [^>]*exitreason="(GNH303 ${victim} is gone and did not leave cleanly; its fencing[^"]*Check its fencing: pcs stonith history show ${victim})"`,
  );
  await lab.waitFor(
    `crm_mon shows why nothing is done about ${victim} on ${host}`,
    async () => {
      const xml = await lab.crmMon(host);
      return shown.test(xml) || new NotYet([...xml.matchAll(/<failure [^>]*>/g)].join(' '));
    },
    60_000,
  );
  const { stdout } = await lab.exec(host, ['pcs', 'status']);
  assert.match(stdout, new RegExp(`GNH303 ${victim} is gone`));
}

async function assertStatusSaysWhy(lab: Lab, host: string, victim: string, role: string): Promise<void> {
  const { code, stdout } = await lab.exec(host, ['gnt-ha', 'status'], { check: false });
  assert.equal(code, 1, 'the exit code of `gnt-ha status` says that something is wrong');
  const lines = stdout.split('\n').filter((text) => text.trimStart().startsWith(fullName(victim)));
  assert.match(lines.join('\n'), new RegExp(`${role} +lost +held \\(evidence\\)`));
  assert.match(lines.join('\n'), new RegExp(`${victim} is gone .*its fencing \\(off\\) has failed`));
}

function nothingWasDone(lab: Lab, mark: Mark): void {
  // What is told is noted as well; a master that is cut off gives its role up.
  const harmless = ['held', 'trouble', 'alert', 'master-released'];
  const done = ledgerSince(lab, mark).filter(({ event }) => !harmless.includes(event));
  assert.deepEqual(done, [], 'nothing was done');
}
