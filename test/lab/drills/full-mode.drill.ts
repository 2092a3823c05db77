// The node role in full mode, switched on by its cluster tag: a dead or hung daemon is restarted by Pacemaker's
// recovery and costs nobody anything. And the tags that cut the power of whoever is marked offline.
import assert from 'node:assert/strict';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bringBack, drillsOn } from './drill-lab.ts';
import { ledgerSince, logLinesSince, type Mark, markNow } from './invariants.ts';

const monitor = ['op', 'monitor', 'interval=5s', 'timeout=30s'];
const update = { 'ganeti-node': [...monitor, 'meta', 'migration-threshold=20'], 'ganeti-master': monitor };
const { drill } = drillsOn({ hosts: 3, configure: { update } });

const pidOf = (daemon: string) => `"$(cat /var/run/ganeti/ganeti-${daemon}.pid)"`;

const damages = [
  { what: 'noded killed', daemons: ['noded'], command: `kill -KILL ${pidOf('noded')}`, code: 'GNH201' },
  { what: 'confd killed', daemons: ['confd'], command: `kill -KILL ${pidOf('confd')}`, code: 'GNH202' },
  {
    what: 'both stopped',
    daemons: ['noded', 'confd'],
    command: `kill -STOP ${pidOf('noded')} ${pidOf('confd')}`,
    code: 'GNH201',
  },
] as const;

drill(
  'full mode: a dead or hung noded or confd is restarted, and nobody is marked offline',
  async (scene) => {
    const { lab, t } = scene;
    const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const other = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
    await lab.exec(master, ['gnt-cluster', 'add-tags', 'ocf:ganeti-node:mode:full']);
    for (const damage of damages) {
      const began = Date.now();
      await harm(lab, other, damage);
      t.diagnostic(`${damage.what}: recovered in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    }
    const began = Date.now();
    await harm(lab, master, damages[0]);
    t.diagnostic(`the same on the master: recovered in ${((Date.now() - began) / 1000).toFixed(1)} s`);
    assert.equal(await lab.ganetiMaster(), master, 'the role stayed where it was');
    return { failures: [/^ganeti-node monitor on h\d: error \(GNH20[12] /] };
  },
);

drill('a luxid or a noded of the master that hangs is restarted where it is', async (scene) => {
  const { lab, t, mark } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  await lab.exec(master, ['gnt-cluster', 'add-tags', 'ocf:ganeti-master:mode:full']);
  const before = (await lab.exec(master, `echo ${pidOf('luxid')}`)).stdout;
  const began = Date.now();
  await lab.exec(master, `kill -STOP ${pidOf('luxid')}`);
  await lab.waitFor(
    'Pacemaker notices that luxid hangs, and recovers',
    () => {
      const text = logLinesSince(lab, mark, master).join('\n');
      const result = (what: string) =>
        `Result of ${what.replace(' ', ` operation for ganeti-master on ${master}`)}`;
      return new RegExp(
        `${result('monitor : error \\(GNH111 luxid is hung')}[^]*${result('start : ok')}`,
      ).test(text);
    },
    60_000,
  );
  await lab.waitFor('luxid answers', async () => (await lab.ganetiMaster()) === master, 30_000);
  t.diagnostic(`luxid stopped: recovered in ${((Date.now() - began) / 1000).toFixed(1)} s`);
  assert.notEqual((await lab.exec(master, `echo ${pidOf('luxid')}`)).stdout, before);
  await harm(lab, master, {
    what: 'noded stopped',
    daemons: ['noded'],
    command: `kill -STOP ${pidOf('noded')}`,
    code: 'GNH201',
  });
  assert.equal(await lab.ganetiMaster(), master, 'the role stayed where it was');
  await lab.exec(master, ['gnt-cluster', 'remove-tags', 'ocf:ganeti-master:mode:full']);
  return {
    failures: [
      /^ganeti-master monitor on h\d: error \(GNH111 luxid is hung /,
      /^ganeti-node monitor on h\d: error \(GNH201 ganeti-noded is hung /,
    ],
  };
});

drill(
  'the disk of the master is full: a dead node is not marked offline, loudly, until there is room',
  async (scene) => {
    const { lab, t, mark } = scene;
    const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
    const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
    await lab.exec(master, FILL_DISK);
    try {
      await waitForReason(lab, mark, master, 'GNH371 .*ENOSPC');
      await lab.kill(victim);
      await lab.waitFor(
        'luxid refuses the job, and the agent says so',
        async () => {
          const { stdout } = await lab.exec(master, 'crm_mon -1r');
          return /GNH302 .*Failed to write/.test(stdout) || new NotYet(stdout);
        },
        60_000,
        1_000,
      );
      assert.deepEqual(await offlineNodes(lab, master), [], 'nodes that are marked offline');
    } finally {
      await lab.exec(master, GIVE_ROOM);
    }
    const began = Date.now();
    await waitForOffline(lab, victim, mark.since, 60_000);
    t.diagnostic(`marked offline ${((Date.now() - began) / 1000).toFixed(1)} s after there was room`);
    await bringBack(lab, victim);
    assert.equal(await lab.ganetiMaster(), master, 'the role stayed where it was');
    return { fenced: [victim], offlined: [victim] };
  },
);

drill('a read-only /var, on a node and on the master, is shown and costs nobody anything', async (scene) => {
  const { lab } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const other = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  const since = markNow(lab);
  for (const host of [other, master]) await lab.exec(host, READ_ONLY);
  try {
    for (const host of [other, master]) await waitForReason(lab, since, host, 'GNH371 .*EROFS');
    // Two rounds of monitors, by Pacemaker itself and of both roles.
    await new Promise((resolve) => setTimeout(resolve, 11_000));
    assert.equal(await lab.ganetiMaster(), master, 'the role stayed where it was');
  } finally {
    for (const host of [other, master]) await lab.exec(host, 'umount -l /var');
  }
  const again = markNow(lab);
  for (const host of [other, master]) {
    await lab.waitFor(
      `all well on ${host} again`,
      () => logLinesSince(lab, again, host).some((line) => line.includes(`ganeti-node on ${host}: ok`)),
      30_000,
    );
  }
  return {};
});

drill('use-poweroff: the node is marked offline, then its power is cut by Ganeti', async (scene) => {
  const { lab, mark } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  const program = ['--node-parameters', 'oob_program=/etc/ganeti/oob-lab'];
  await lab.exec(master, ['gnt-cluster', 'modify', ...program], { timeoutMs: 60_000 });
  await lab.exec(master, ['gnt-cluster', 'add-tags', 'ocf:node-offline:use-poweroff']);
  await lab.kill(victim);
  await waitForOffline(lab, victim, mark.since, 90_000);
  const ended = await powerJobEnd(lab, mark, victim, 'poweroff');
  assert.equal(ended.outcome, 'success', ended.text);
  await lab.exec(master, ['gnt-cluster', 'remove-tags', 'ocf:node-offline:use-poweroff']);
  await bringBack(lab, victim);
  return { fenced: [victim], offlined: [victim] };
});

drill('use-powercycle: its job cannot reach the dead, and the offlining does not mind', async (scene) => {
  const { lab, mark } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  await lab.exec(master, ['gnt-cluster', 'add-tags', 'ocf:node-offline:use-powercycle']);
  await lab.kill(victim);
  await waitForOffline(lab, victim, mark.since, 90_000);
  const ended = await powerJobEnd(lab, mark, victim, 'powercycle');
  assert.equal(ended.outcome, 'failed');
  return { fenced: [victim], offlined: [victim], offlineNow: [victim] };
});

/** Ganeti's files and ours on a small disk without room; what is in memory stays as it is. */
const FILL_DISK = `set -e
  mkdir -p /mnt/small
  mount -t tmpfs -o size=8m,mode=755 tmpfs /mnt/small
  for name in ganeti ganeti-ha; do
    mkdir /mnt/small/$name
    cp -a /var/lib/$name/. /mnt/small/$name/
    chown --reference=/var/lib/$name /mnt/small/$name
    mount --bind /mnt/small/$name /var/lib/$name
  done
  dd if=/dev/zero of=/mnt/small/fill bs=4k 2>/dev/null || true`;

/** Nothing could be written meanwhile, so the disk below is as Ganeti knows it. */
const GIVE_ROOM = 'umount -l /var/lib/ganeti-ha /var/lib/ganeti /mnt/small';

const READ_ONLY = 'mount --bind /var /var && mount -o remount,ro,bind /var';

async function waitForReason(lab: Lab, mark: Mark, host: string, reason: string): Promise<void> {
  const told = new RegExp(`monitor operation for ganeti-node on ${host}: OCF_DEGRADED \\(${reason}`);
  await lab.waitFor(
    `${host} says ${reason}`,
    () => logLinesSince(lab, mark, host).some((line) => told.test(line)),
    30_000,
  );
}

async function offlineNodes(lab: Lab, host: string): Promise<readonly string[]> {
  const flags = await lab.gntNodeFlags(host);
  return [...flags].flatMap(([name, { role }]) => (role === 'offline' ? [name] : []));
}

interface Damage {
  readonly what: string;
  readonly daemons: readonly string[];
  readonly command: string;
  readonly code: string;
}

/** Damages daemons and waits until Pacemaker has noticed it by its monitor and they answer again. */
async function harm(lab: Lab, host: string, { daemons, command, code }: Damage): Promise<void> {
  const mark = markNow(lab);
  const files = daemons.map((daemon) => `/var/run/ganeti/ganeti-${daemon}.pid`);
  const pids = async () =>
    (await lab.exec(host, ['cat', ...files])).stdout.split('\n').filter((pid) => pid !== '');
  const before = await pids();
  await lab.exec(host, command);
  const steps = [`monitor .*: error \\(${code} `, 'start .*: ok', 'monitor .*: ok'];
  await lab.waitFor(
    `Pacemaker notices ${code} on ${host}, recovers, and finds all well`,
    () => {
      const text = logLinesSince(lab, mark, host).join('\n');
      const all = steps.map((step) => step.replace(' ', ` operation for ganeti-node on ${host}`));
      return new RegExp(all.join('[^]*')).test(text);
    },
    60_000,
  );
  const kept = (await pids()).filter((pid) => before.includes(pid));
  assert.deepEqual(kept, [], 'processes that are the same as before');
  await lab.waitFor(
    'ganeti-node started everywhere and ganeti-master somewhere',
    async () => {
      const xml = await lab.crmMon();
      const nodes = startedOn(xml, 'ganeti-node');
      const masters = startedOn(xml, 'ganeti-master');
      const settled = nodes.length === lab.hosts.length && masters.length === 1;
      return (
        settled || new NotYet(`ganeti-node on [${nodes.join(' ')}], ganeti-master on [${masters.join(' ')}]`)
      );
    },
    60_000,
  );
}

/** How the power job of a node ended by the ledger. */
async function powerJobEnd(
  lab: Lab,
  mark: Mark,
  host: string,
  power: string,
): Promise<{ readonly outcome: string; readonly text: string }> {
  return await lab.waitFor(
    `the end of the ${power} job in the ledger`,
    () => {
      const entries = ledgerSince(lab, mark).filter(({ node }) => node === fullName(host));
      const { outcome, text = '' } =
        entries.find(({ event, what }) => event === 'job-ended' && what === power) ?? {};
      return outcome === undefined ? new NotYet(JSON.stringify(entries)) : { outcome, text };
    },
    90_000,
  );
}
