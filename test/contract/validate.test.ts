import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import { inLayer } from '../lab/layer/in-layer.ts';
import { needsRoot } from './needs-root.ts';

for (const { name } of AGENTS) {
  describe(`crm_resource --validate of ${name}`, { skip: needsRoot }, () => {
    function validate(...options: readonly string[]) {
      const agent = ['--class', 'ocf', '--provider', 'ganeti', '--agent', name];
      const words = options.flatMap((option) => ['--option', option]);
      return inLayer(['crm_resource', '--validate', ...agent, ...words, '--output-as=xml'], {
        agents: true,
        check: false,
      });
    }

    it('accepts parameters that are right', async () => {
      const { code, stdout } = await validate('mode=full', 'max_offline=1/3');
      assert.equal(code, 0, stdout);
    });

    it('refuses a wrong one as a configuration error, and the reason names it', async () => {
      const { code, stdout } = await validate('mode=fulll');
      assert.equal(code, 6, stdout);
      assert.match(stdout, /reason="GNH002 [^"]*mode=fulll[^"]*"/);
    });
  });
}
