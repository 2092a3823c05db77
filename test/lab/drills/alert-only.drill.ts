// The alert agent alone: the clone has no notify, so Pacemaker tells nobody of a fencing but through the alert.
import assert from 'node:assert/strict';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, drillsOn, readmit, type Scene } from './drill-lab.ts';
import { ledgerSince, logLinesSince } from './invariants.ts';
import { shunnedOn } from './shunned.ts';
import { assertWokenBy } from './woken.ts';

const { drill } = drillsOn({ hosts: 3 });

/** From the confirmed fencing to the submitted job, seconds; the next monitor alone may take 20 s more. */
const AT_ONCE_S = 6;

drill('a node killed under a clone without notify is marked offline at once, by the alert', async (scene) => {
  const { lab, mark, check } = scene;
  await lab.exec(await lab.witness(), ['pcs', 'resource', 'meta', 'ganeti-node-clone', 'notify=false']);
  const { master, victim, others } = await cast(scene);
  await lab.kill(victim);
  const { fenced = 0 } = await waitForOffline(lab, victim, mark.since, 90_000);
  await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });
  assertWokenByAlert(scene, victim, fenced);
  assert.equal(notifications(scene).length, 0, 'nobody was notified');
  const log = logLinesSince(lab, mark, master).join('\n');
  assert.doesNotMatch(log, /GNH204|GNH38\d/, 'the alert counts as a notification, and had no trouble');
  for (const host of others) assert.equal((await spoolOf(scene, host)).length, 2, `kept on ${host}`);
  assert.deepEqual(await spoolOf(scene, master), [], `read on ${master}`);

  await bringBack(scene, master, victim);
  return { fenced: [victim], offlined: [victim] };
});

drill(
  'a node that dies while it is in maintenance is fenced without a notification, and marked offline',
  async (scene) => {
    const { lab, mark, check } = scene;
    await lab.exec(await lab.witness(), ['pcs', 'resource', 'meta', 'ganeti-node-clone', 'notify=true']);
    const { master, victim } = await cast(scene);
    await lab.exec(master, ['pcs', 'node', 'maintenance', victim]);
    await lab.kill(victim);
    const { fenced = 0 } = await waitForOffline(lab, victim, mark.since, 90_000);
    await check({ fenced: [victim], offlined: [victim], offlineNow: [victim] });
    assertWokenByAlert(scene, victim, fenced);
    const heard = ledgerSince(lab, mark).filter(
      ({ event, node }) => event === 'alert' && node === fullName(victim),
    );
    assert.match(heard.at(-1)?.text ?? '', /^verdict fenced: .*in maintenance mode/);

    await lab.exec(master, ['pcs', 'node', 'unmaintenance', victim]);
    await bringBack(scene, master, victim);
    return { fenced: [victim], offlined: [victim] };
  },
);

/** ssh goes to the host only once the master no longer refuses TCP to it. */
async function bringBack({ lab }: Scene, master: string, victim: string): Promise<void> {
  await bootAndWait(lab, victim);
  await lab.waitFor(`${master} refuses nobody`, async () => !(await shunnedOn(lab, master)), 60_000);
  await readmit(lab, victim);
}

interface Cast {
  readonly master: string;
  readonly victim: string;
  readonly others: readonly string[];
}

async function cast({ lab }: Scene): Promise<Cast> {
  const master = (await lab.ganetiMaster()) ?? assert.fail('no master');
  const [victim = assert.fail('no other host'), ...others] = lab.hosts
    .toReversed()
    .filter((host) => host !== master);
  return { master, victim, others };
}

/** The offlining was decided by a sweep that the alert woke, and not by one that came by. */
function assertWokenByAlert({ lab, mark, t }: Scene, victim: string, fenced: number): void {
  const entries = ledgerSince(lab, mark).filter(({ node }) => node === fullName(victim));
  const submitted = entries.find(({ event }) => event === 'offline-submitted') ?? assert.fail('no job');
  const after = submitted.at / 1000 - fenced;
  t.diagnostic(`job submitted ${after.toFixed(1)} s after the fencing`);
  assertWokenBy(['alert'], entries);
  assert.ok(after < AT_ONCE_S, `${after} s`);
}

function notifications({ lab, mark }: Scene): readonly string[] {
  return lab.hosts
    .flatMap((host) => logLinesSince(lab, mark, host))
    .filter((line) => /Requesting local execution of notify operation for ganeti-node/.test(line));
}

async function spoolOf({ lab }: Scene, host: string): Promise<readonly string[]> {
  const listed = await lab.exec(host, ['ls', '/run/ganeti-ha/spool']);
  return listed.stdout.split('\n').filter((name) => name.endsWith('.json'));
}
