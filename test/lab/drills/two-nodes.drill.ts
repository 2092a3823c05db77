// Two hosts. With one of them dead Ganeti's vote can never be won (one of two is no majority, and an offline node
// still counts), so the role lives by Pacemaker's quorum and proven fencing alone, also when its daemons die later.
import assert from 'node:assert/strict';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { clusterAddress } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, drillsOn, readmit, type Scene } from './drill-lab.ts';
import { ledgerSince, logLinesSince, markNow } from './invariants.ts';
import { inMaintenance, restartLuxid, restartLuxidBy } from './luxid.ts';

// More failures than the snippet allows: its third within ten minutes bans the role from the only host there is.
const full = ['mode=full', 'op', 'monitor', 'interval=5s', 'timeout=30s', 'meta', 'migration-threshold=20'];
const { drill } = drillsOn({ hosts: 2, configure: { update: { 'ganeti-master': full } } });

drill(
  'the master of two is killed: the survivor takes the role without a vote, and keeps it',
  async (scene) => {
    const { lab, t, mark, check } = scene;
    const victim = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const survivor = lab.hosts.find((host) => host !== victim) ?? assert.fail('no other host');
    await lab.kill(victim);
    await waitForOffline(lab, victim, mark.since, 90_000);
    const dead = { fenced: [victim], offlined: [victim], offlineNow: [victim] };
    await check(dead);
    assert.equal(await lab.ganetiMaster(), survivor);
    const taken = ledgerSince(lab, mark).find(({ event }) => event === 'master-taken');
    assert.match(taken?.text ?? '', /without a vote/);
    await assertVotesAreSkipped(lab, survivor);
    await restartWithoutPacemaker(scene, survivor);

    for (const { what, command, code } of damages) {
      await harm(lab, survivor, command, code);
      t.diagnostic(`${what}: recovered`);
    }
    await assertVotesAreSkipped(lab, survivor);
    const harmed = /^ganeti-master monitor on h\d: error \(GNH11[1-4] /;
    await check({ ...dead, failures: [harmed] });

    await bootAndWait(lab, victim);
    await restartWhileHeld(scene, survivor);
    await readmit(lab, victim);
    assert.equal(await lab.ganetiMaster(), survivor, 'the role stayed where it went');
    await assertVotesCountAgain(lab, survivor);
    return { fenced: [victim], offlined: [victim], failures: [harmed] };
  },
);

const DEFAULTS = '/etc/default/ganeti';
const MARKER = '/run/ganeti-ha/no-voting.sh';

/** What a package upgrade, the watcher or an administrator does. */
async function restartWithoutPacemaker({ lab, t }: Scene, host: string): Promise<void> {
  const restarts = [
    { what: 'init script', command: '/etc/init.d/ganeti restart' },
    {
      what: 'daemon-util',
      command: `for step in 'stop ganeti-luxid' 'stop ganeti-wconfd' 'start ganeti-wconfd' 'start ganeti-luxid'; do
        /usr/lib/ganeti/daemon-util $step; done`,
    },
    // Killed, and found so by the watcher that cron runs every five minutes.
    { what: 'watcher', command: `kill -KILL ${pidOf('luxid')}; rm -f ${pidFile('luxid')}; ganeti-watcher` },
  ];
  await inMaintenance(lab, host, async () => {
    for (const { what, command } of restarts) {
      const began = Date.now();
      await restartLuxidBy(lab, host, command, `by ${what}`);
      await assertVotesAreSkipped(lab, host);
      t.diagnostic(`restarted by ${what}: whole in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    }
  });
}

/** The other is back, held offline in Ganeti, and by its own files still master: it would vote for itself. */
async function restartWhileHeld({ lab, t }: Scene, host: string): Promise<void> {
  await restartLuxid(lab, host, 'while the other is held');
  await assertVotesAreSkipped(lab, host);
  t.diagnostic('luxid restarted while the other was held offline');
}

/** Nothing of the override is left, and the administrator's file is as Debian shipped it. */
async function assertVotesCountAgain(lab: Lab, host: string): Promise<void> {
  await lab.waitFor(
    'the override withdrawn',
    async () => {
      const { stdout } = await lab.exec(host, `ls ${MARKER} 2>/dev/null; grep ganeti-ha ${DEFAULTS}`, {
        check: false,
      });
      return stdout === '' || new NotYet(stdout);
    },
    30_000,
  );
  await lab.exec(host, ['dpkg', '--verify', 'ganeti']).then(({ stdout }) => {
    assert.doesNotMatch(stdout, /etc\/default\/ganeti/);
  });
}

const pidFile = (daemon: string) => `/var/run/ganeti/ganeti-${daemon}.pid`;
const pidOf = (daemon: string) => `"$(cat /var/run/ganeti/ganeti-${daemon}.pid)"`;

const damages = [
  { what: 'luxid killed', command: `kill -KILL ${pidOf('luxid')}`, code: 'GNH111' },
  { what: 'luxid stopped', command: `kill -STOP ${pidOf('luxid')}`, code: 'GNH111' },
  { what: 'wconfd killed', command: `kill -KILL ${pidOf('wconfd')}`, code: 'GNH112' },
  { what: 'rapi killed', command: `kill -KILL ${pidOf('rapi')}`, code: 'GNH113' },
  { what: 'master IP deleted', command: `ip addr del ${clusterAddress}/32 dev eth0`, code: 'GNH114' },
];

/** Damages the role and waits until Pacemaker has noticed it by its monitor and the role is whole again. */
async function harm(lab: Lab, host: string, command: string, code: string): Promise<void> {
  const mark = markNow(lab);
  await lab.exec(host, command);
  const logged = (pattern: RegExp) => logLinesSince(lab, mark, host).some((line) => pattern.test(line));
  await lab.waitFor(
    `Pacemaker notices ${code} and recovers`,
    () =>
      logged(new RegExp(`Result of monitor operation for ganeti-master on ${host}: error \\(${code} `)) &&
      logged(new RegExp(`Result of start operation for ganeti-master on ${host}: ok`)),
    60_000,
  );
  await lab.waitFor('the role whole again', () => roleIsWhole(lab, host), 30_000);
}

async function roleIsWhole(lab: Lab, host: string): Promise<boolean | NotYet> {
  const started = startedOn(await lab.crmMon(host), 'ganeti-master');
  if (started[0] !== host) return new NotYet(`ganeti-master on [${started.join(' ')}]`);
  // A job needs luxid and wconfd.
  const script = `set -e
    timeout 5 gnt-cluster info >/dev/null
    timeout 10 gnt-cluster redist-conf
    ss -Hltn sport = :5080 | grep -q .
    ip -o addr show to ${clusterAddress}/32 | grep -q .`;
  const { code, stderr } = await lab.exec(host, `${script}`, { check: false });
  return code === 0 || new NotYet(`exit code ${code} ${stderr}`);
}

/** One that was started to vote would run for a minute, and then end. */
async function assertVotesAreSkipped(lab: Lab, host: string): Promise<void> {
  for (const daemon of ['luxid', 'wconfd']) {
    const { stdout } = await lab.exec(host, `tr '\\0' ' ' < /proc/${pidOf(daemon)}/cmdline`);
    assert.match(stdout, new RegExp(`^/usr/sbin/ganeti-${daemon} --no-voting --yes-do-it `));
  }
}
