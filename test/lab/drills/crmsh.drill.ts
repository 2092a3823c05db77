// The same cluster, configured with the README's crmsh snippet.
import assert from 'node:assert/strict';
import { waitForOffline } from '../timeline.ts';
import { drillsOn } from './drill-lab.ts';

const { drill } = drillsOn({ hosts: 3, snippet: 'crmsh' });

drill('configured with crmsh: a killed node is fenced and marked offline', async ({ lab, mark }) => {
  const master = await lab.ganetiMaster();
  const victim = lab.hosts.findLast((host) => host !== master) ?? assert.fail('no other host');
  await lab.kill(victim);
  await waitForOffline(lab, victim, mark.since, 90_000);
  return { fenced: [victim], offlined: [victim], offlineNow: [victim] };
});
