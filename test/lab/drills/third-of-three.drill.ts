// Two masters die one after the other, and the first is back meanwhile. It is held offline, so Ganeti tells it nothing,
// and in Ganeti's vote it still speaks for itself: neither a failover nor a luxid can win that vote on the third.
import assert from 'node:assert/strict';
import { NotYet } from '../lab.ts';
import { fullName } from '../network.ts';
import { waitForOffline } from '../timeline.ts';
import { bootAndWait, drillsOn, readmit } from './drill-lab.ts';
import { ledgerSince } from './invariants.ts';
import { luxidAnswers, restartLuxid } from './luxid.ts';

const { drill } = drillsOn({ hosts: 3 });

drill('the third of three takes the role while the first is held offline', async (scene) => {
  const { lab, mark, check } = scene;
  const first = (await lab.ganetiMaster()) ?? assert.fail('no master');
  await lab.kill(first);
  await waitForOffline(lab, first, mark.since, 90_000);
  const second = await lab.waitFor('a successor', () => lab.ganetiMaster(), 60_000);
  await bootAndWait(lab, first);
  await check({ fenced: [first], offlined: [first], offlineNow: [first] });

  await lab.kill(second);
  const third = lab.hosts.find((host) => host !== first && host !== second) ?? assert.fail('no third host');
  await lab.waitFor(
    `the role on ${third}`,
    async () => {
      const master = await lab.ganetiMaster();
      return master === third ? await luxidAnswers(lab, third) : new NotYet(`master: ${master}`);
    },
    120_000,
  );
  await lab.waitFor(
    'the take-over noted',
    async () => {
      const taken = ledgerSince(lab, mark).find(
        ({ event, to }) => event === 'master-taken' && to === fullName(third),
      );
      return /without a vote/.test(taken?.text ?? '') || new NotYet(taken?.text ?? 'nothing');
    },
    60_000,
  );
  await restartLuxid(lab, third, 'while the first is held');

  await lab.exec(third, ['gnt-ha', 'release', fullName(second), '--yes']);
  await waitForOffline(lab, second, mark.since, 60_000);
  await bootAndWait(lab, second);
  await readmit(lab, first, second);
  assert.equal(await lab.ganetiMaster(), third, 'the role stayed where it went');
  return { fenced: [first, second], offlined: [first, second], released: [second] };
});
