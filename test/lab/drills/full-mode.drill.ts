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

type Damage = (typeof damages)[number];

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
