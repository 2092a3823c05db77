// The old master comes back, and nobody has told it that it is master no more: its files still name itself. With
// Ganeti's example agents this return took the whole cluster down.
import assert from 'node:assert/strict';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, drillsOn, waitForCandidacy, waitUntilWhole } from './drill-lab.ts';
import { checkInvariants, ledgerSince, logLinesSince, type Mark, markNow } from './invariants.ts';
import { assertWokenBy } from './woken.ts';

const update = { 'ganeti-node': ['op', 'monitor', 'interval=10s', 'timeout=30s'] };
const { drill } = drillsOn({ hosts: 3, configure: { update } });

drill(
  'an old master returns with stale files: it is told, healed, and later takes the role again',
  async (scene) => {
    const { lab, mark, check } = scene;
    const old = (await lab.ganetiMaster()) ?? assert.fail('no master');
    // Ganeti sends a node that is marked offline no new files: it must not be marked, or it could not heal.
    const other = lab.hosts.find((host) => host !== old) ?? assert.fail('no other host');
    await lab.exec(other, ['gnt-ha', 'pause', '--for', '1h', '--reason', 'a drill']);
    await lab.kill(old);
    const master = await waitForSuccessor(lab, old);
    await lab.waitFor(
      'the hold in crm_mon: GNH320',
      async () => /exitreason="GNH320 /.test(await lab.crmMon(master)) || new NotYet('no GNH320'),
      60_000,
    );
    const held = ledgerSince(lab, mark).find(({ event, node }) => event === 'held' && node === fullName(old));
    assert.ok(held !== undefined, 'the ledger says that nothing was done');
    await check({ fenced: [old] });

    const back = markNow(lab);
    await bootAndWait(lab, old);
    await lab.exec(master, ['gnt-ha', 'resume', '--all']);
    await waitUntilHealed(lab, back, old, master);
    await checkInvariants(lab, back);
    await lab.waitFor('no rapi on the old master', async () => !(await hasRapi(lab, old)), 20_000);
    await waitUntilWhole(lab);
    await waitForCandidacy(lab, old);

    await plantRapi(lab, old);
    await lab.exec(master, ['pcs', 'resource', 'move', 'ganeti-master', old], { timeoutMs: 180_000 });
    assert.equal(await lab.ganetiMaster(), old, 'the old master has the role again');
    assert.ok(await hasRapi(lab, old));
    await checkInvariants(lab, back);
    return { fenced: [old] };
  },
);

// A luxid that a failover has started has another environment than one that the boot has started, the C locale too.
drill(
  'a master that took the role by a move marks a dead host offline at the notification',
  async (scene) => {
    const { lab, mark } = scene;
    const old = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const [master = '', victim = ''] = lab.hosts.filter((host) => host !== old);
    await lab.exec(old, ['pcs', 'resource', 'move', 'ganeti-master', master], { timeoutMs: 180_000 });
    assert.equal(await lab.ganetiMaster(), master);
    await lab.kill(victim);
    await waitForOffline(lab, victim, mark.since, 60_000);
    const entries = ledgerSince(lab, mark);
    const submitted = entries.filter(({ event }) => event === 'offline-submitted');
    assert.deepEqual(
      submitted.map(({ node }) => node),
      [fullName(victim)],
    );
    // On a busy host the alert of the same fencing wakes it before Pacemaker's turn to notify comes.
    assertWokenBy(['notify', 'alert'], entries);
    return { fenced: [victim], offlined: [victim], offlineNow: [victim] };
  },
);

async function waitForSuccessor(lab: Lab, old: string): Promise<string> {
  return await lab.waitFor(
    'another master, started for Pacemaker too',
    async () => {
      const [started] = startedOn(await lab.crmMon(), 'ganeti-master');
      if (started === undefined || started === old) return new NotYet(`it is started on ${started}`);
      return (await lab.ganetiMaster()) === started ? started : new NotYet('luxid does not answer');
    },
    150_000,
  );
}

/** Each step as the hosts tell it: the probe, the ledger of the real master, its job, the file. */
async function waitUntilHealed(lab: Lab, back: Mark, old: string, master: string): Promise<void> {
  const probe = /Result of probe operation for ganeti-master on \S+: not running \(GNH109 /;
  assert.ok(
    logLinesSince(lab, back, old).some((line) => probe.test(line)),
    'the probe said why this node is not master',
  );
  const submitted = await lab.waitFor(
    'redist-conf, submitted by the sweep on the real master',
    () => ledgerSince(lab, back).find(({ event }) => event === 'redist-submitted'),
    60_000,
  );
  assert.deepEqual(submitted.nodes, [fullName(old)]);
  await lab.waitFor(
    'the job of redist-conf is done, and the old master names the new one',
    async () => {
      const jobs = await lab.gntJobs(master);
      const job = jobs.find(({ id }) => id === String(submitted.job));
      if (job?.summary !== 'CLUSTER_REDIST_CONF' || job.status !== 'success')
        return new NotYet(JSON.stringify(job));
      const named = (await lab.exec(old, ['cat', '/var/lib/ganeti/ssconf_master_node'])).stdout.trim();
      return named === fullName(master) || new NotYet(`it names ${named}`);
    },
    60_000,
  );
}

async function hasRapi(lab: Lab, host: string): Promise<boolean> {
  return (await lab.exec(host, ['pgrep', '-x', 'ganeti-rapi'], { check: false })).code === 0;
}

/**
 * A rapi left over from the days when this node believed itself master. It asks ssconf once, at its start; only its
 * own mount namespace gets to see the old file. Debian's start-master fails where one is left.
 */
async function plantRapi(lab: Lab, host: string): Promise<void> {
  const file = '/var/lib/ganeti/ssconf_master_node';
  await lab.exec(
    host,
    `echo ${fullName(host)} >/tmp/names-itself
     unshare --mount sh -c 'mount --bind /tmp/names-itself ${file} && /usr/lib/ganeti/daemon-util start ganeti-rapi'`,
  );
  await lab.waitFor('a stray rapi on the old master', () => hasRapi(lab, host), 10_000);
}
