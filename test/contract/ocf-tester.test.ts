import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import { closeLab, type Lab, openLab } from '../lab/lab.ts';
import { labPaths } from '../lab/paths.ts';
import { needsRoot } from './needs-root.ts';

/** Parameters that Pacemaker gives an instance of the documented clone; ocf-tester by itself gives none. */
const AS_PACEMAKER: Readonly<Record<string, readonly string[]>> = {
  // Without it ganeti-node is degraded (GNH204), and ocf-tester takes 190 for a failure.
  'ganeti-node': ['-o', 'CRM_meta_notify=true'],
};

/**
 * On a host with a real Ganeti cluster of one node and a real Pacemaker without resources: ocf-tester starts and
 * stops the agents itself.
 */
describe('ocf-tester', { skip: needsRoot }, () => {
  let lab: Lab | undefined;

  before(async () => {
    lab = await openLab({ hosts: 1, dir: join(labPaths().dir, 'ocf-tester'), tied: true });
    // Likewise: with fencing off ganeti-node is degraded (GNH205).
    await lab.exec('h1', ['crm_attribute', '--name', 'stonith-enabled', '--update', 'true']);
  });
  after(async () => {
    if (lab !== undefined) await closeLab(lab);
  });

  for (const { name } of AGENTS) {
    it(`passes ${name}`, async () => {
      assert.ok(lab);
      const words = [
        'ocf-tester',
        '-v',
        '-n',
        name,
        ...(AS_PACEMAKER[name] ?? []),
        `/usr/lib/ocf/resource.d/ganeti/${name}`,
      ];
      const { code, stdout, stderr } = await lab.exec('h1', words, { check: false, timeoutMs: 180_000 });
      const said = `${stdout}\n${stderr}`.split('\n').filter((line) => !/^\s*<|^$/.test(line));
      assert.equal(code, 0, said.join('\n'));
      assert.ok(stdout.includes(`${name} passed all tests`), said.join('\n'));
    });
  }
});
