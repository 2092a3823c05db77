import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import { inLayer } from '../lab/layer/in-layer.ts';
import { needsRoot } from './needs-root.ts';

for (const { name, parameters } of AGENTS) {
  const installed = `/usr/lib/ocf/resource.d/ganeti/${name}`;
  const checkedIn = readFileSync(join(import.meta.dirname, `../../ocf-metadata/${name}.xml`), 'utf8');

  describe(`the metadata of the installed ${name}`, { skip: needsRoot }, () => {
    it('is the checked-in one, for nobody, without any network', async () => {
      const { stdout } = await inLayer(['env', '-i', installed, 'meta-data'], {
        agents: true,
        user: 'nobody',
      });
      assert.equal(stdout, checkedIn);
    });

    it('is accepted by the DTD of resource-agents, as ocf-tester checks it', async () => {
      await inLayer(['xmllint', '--noout', '--valid', '-'], {
        cwd: '/usr/share/resource-agents',
        input: checkedIn,
      });
    });

    for (const schema of ['/usr/share/pcs/data/ocf-1.1.rng', '/usr/share/resource-agents/metadata.rng']) {
      it(`is accepted by ${schema}`, async () => {
        await inLayer(['xmllint', '--noout', '--nonet', '--relaxng', schema, '-'], {
          cwd: '/usr/share/resource-agents',
          input: checkedIn,
        });
      });
    }

    it('is found and described by pcs, with every parameter', async () => {
      const { stdout } = await inLayer(['pcs', 'resource', 'describe', `ocf:ganeti:${name}`], {
        agents: true,
      });
      for (const parameter of parameters) assert.match(stdout, new RegExp(`^  ${parameter.name}\\b`, 'm'));
      assert.match(stdout, /Default operations:/);
    });

    it('is found and described by crmsh, with every parameter and its default', async () => {
      const { stdout } = await inLayer(['crm', 'ra', 'info', `ocf:ganeti:${name}`], { agents: true });
      for (const { name: parameter, default: fallback } of parameters) {
        const shown = stdout.split('\n').find((line) => line.startsWith(`${parameter} (`));
        assert.ok(shown, `${parameter} is not described`);
        if (fallback !== undefined) assert.ok(shown.includes(`[${fallback}]`), shown);
      }
    });

    it('is found and shown by Pacemaker', async () => {
      const list = await inLayer(['crm_resource', '--list-agents', 'ocf:ganeti'], { agents: true });
      assert.ok(list.stdout.split('\n').includes(name), list.stdout);
      const shown = await inLayer(['crm_resource', '--show-metadata', `ocf:ganeti:${name}`], {
        agents: true,
      });
      assert.equal(shown.stdout.trim(), checkedIn.trim());
    });
  });
}
