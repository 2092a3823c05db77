// Fencing that reboots (Pacemaker's default): the dead host is back in seconds, while others still deal with its
// death. With Ganeti's example agents one such reboot of the master ended with several hosts fenced.
import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { startedOn } from '../configure.ts';
import { type Lab, NotYet } from '../lab.ts';
import { clusterAddress } from '../network.ts';
import { MASTER_MOVES } from './decisions.ts';
import { drillsOn, readmit, type Scene } from './drill-lab.ts';
import { type Expected, fencingsSince, ledgerSince, type Mark } from './invariants.ts';

const update = { 'ganeti-node': ['op', 'monitor', 'interval=10s', 'timeout=30s'] };
const { drill } = drillsOn({ hosts: 3, configure: { stonithAction: 'reboot', update } });

/** Longer than the node role's monitor interval: everybody has looked at the host that is back. */
const OBSERVE_MS = 12_000;

drill('stonith-action=reboot: a killed master that is back in seconds', async (scene) => {
  const victim = (await scene.lab.ganetiMaster()) ?? assert.fail('no master');
  return await rebootedByFencing(scene, victim);
});

drill('stonith-action=reboot: a killed host that is not master is back in seconds', async (scene) => {
  const { lab } = scene;
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  const expected = await rebootedByFencing(scene, victim);
  assert.equal(await lab.ganetiMaster(), master, 'the master role did not move');
  return expected;
});

/**
 * Either nobody had the time to mark the host offline, or the job was withdrawn in time, or it was marked on evidence
 * while it was away: then it stays so, is told, and an administrator takes it back. Tenths of a second decide which.
 */
async function rebootedByFencing({ lab, t, mark, check }: Scene, victim: string): Promise<Expected> {
  const old = await lab.ganetiMaster();
  await lab.kill(victim);
  await lab.waitFor('the reboot by fencing', () => fencings(lab, mark).length > 0, 60_000);
  const master = await waitUntilSettled(lab);
  const offline = (await lab.gntNodeFlags(master)).get(victim)?.role === 'offline';
  t.diagnostic(`${victim} is ${offline ? 'offline' : 'online'} in Ganeti, ${master} is master`);
  if (offline) await waitUntilTold(lab, victim);
  await sleep(OBSERVE_MS);
  const victims = offline ? [victim] : [];
  const offlined = ledgerSince(lab, mark).some(({ event }) => event === 'offline-submitted') ? [victim] : [];
  await onlyTheMasterHasTheIp(lab, master);
  assert.deepEqual(fencings(lab, mark), [`reboot ${victim}`], 'fenced once, and nobody else');
  await check({ fenced: [victim], offlined, offlineNow: victims });
  if (offline) await readmit(lab, victim);
  return { fenced: [victim], offlined, decided: waysOf(victim, old === victim ? master : undefined) };
}

function waysOf(victim: string, successor: string | undefined): NonNullable<Expected['decided']> {
  const moves = successor === undefined ? [] : [{ what: MASTER_MOVES, hosts: [victim, successor] }];
  const off = { what: 'offline', hosts: [victim] };
  const ways = [moves, [off, ...moves], [off, ...moves, { what: 'readmit', hosts: [victim] }]];
  // Somebody may look between its loss and the order to fence it; where it is not marked offline nothing ends that.
  return ways.flatMap((way) => [way, [{ what: 'hold (evidence)', hosts: [victim] }, ...way]]);
}

/** All hosts are members with the node role, one has the master role, and no job of Ganeti's is unfinished. */
async function waitUntilSettled(lab: Lab): Promise<string> {
  return await lab.waitFor(
    'all hosts back, one master, no unfinished job',
    async () => {
      const xml = await lab.crmMon();
      const nodes = startedOn(xml, 'ganeti-node');
      const [started, ...more] = startedOn(xml, 'ganeti-master');
      if (nodes.length < lab.hosts.length || started === undefined || more.length > 0)
        return new NotYet(`ganeti-node on ${nodes.join(' ')}, ganeti-master on ${started}`);
      if ((await lab.ganetiMaster()) !== started) return new NotYet(`luxid does not answer on ${started}`);
      const open = (await lab.gntJobs(started)).filter(({ ended }) => ended === undefined);
      return open.length === 0 ? started : new NotYet(JSON.stringify(open));
    },
    180_000,
  );
}

/** A host that was up in time to win Ganeti's vote brings up the master IP even after its successor stopped it. */
async function onlyTheMasterHasTheIp(lab: Lab, master: string): Promise<void> {
  await lab.waitFor(
    `the master IP on ${master} and nowhere else`,
    async () => {
      const shown = await Promise.all(
        lab.hosts.map((host) => lab.exec(host, ['ip', '-brief', 'address', 'show', 'to', clusterAddress])),
      );
      const holders = lab.hosts.filter((_, index) => shown[index]?.stdout.trim() !== '');
      return (holders.length === 1 && holders[0] === master) || new NotYet(`it is on [${holders.join(' ')}]`);
    },
    60_000,
  );
}

/** The node's own monitor says that it is offline in Ganeti, where administrators look. */
async function waitUntilTold(lab: Lab, victim: string): Promise<void> {
  const told = new RegExp(`node="${victim}"[^>]*exitreason="GNH206 `);
  await lab.waitFor(
    `${victim} says in crm_mon that it is offline`,
    async () => told.test(await lab.crmMon()),
    60_000,
  );
}

function fencings(lab: Lab, mark: Mark): readonly string[] {
  return fencingsSince(lab, mark).map(({ host, value }) => `${value} ${host}`);
}
