import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import { readParameters } from '../../src/ocf/parameters.ts';

/** Values the longdesc of a parameter names, as a user would read them there. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  mode: ['partial', 'full'],
  evidence: ['fenced', 'lost'],
  max_offline: ['2', '1/3'],
  on_return: ['hold', 'readmit'],
  readmit_after: ['60', '86400', '600'],
  stop_mode: ['auto', 'release', 'daemons'],
  non_candidate: ['stopped', 'error'],
  stale_config: ['refuse', 'allow'],
  data_dir: ['/var/lib/ganeti'],
  run_dir: ['/var/run/ganeti'],
};

for (const agent of AGENTS) {
  describe(`the description of ${agent.name}`, () => {
    for (const parameter of agent.parameters) {
      it(`gives ${parameter.name} a default in words, and names only values that the agent takes`, () => {
        const words = parameter.longdesc.join(' ');
        assert.match(words, /Default: /);
        if (parameter.default !== undefined) assert.ok(words.includes(`Default: ${parameter.default}`));
        const values = NAMED[parameter.name] ?? [];
        assert.notEqual(values.length, 0);
        for (const value of values) {
          assert.ok(words.includes(value), `${value} is not explained`);
          assert.equal(readParameters({ [parameter.name]: value }).kind, 'ok');
        }
        assert.equal(readParameters({ [parameter.name]: 'no such value' }).kind, 'invalid');
      });
    }

    it('defaults to what the agent does without the parameter', () => {
      const given = Object.fromEntries(
        agent.parameters.flatMap(({ name, default: fallback }) =>
          fallback === undefined ? [] : [[name, fallback]],
        ),
      );
      assert.deepEqual(readParameters(given), readParameters({}));
    });

    it('advises no timeout below ten seconds and no monitor but the lightest', () => {
      for (const { name, timeoutSeconds, depth } of agent.actions) {
        assert.ok(timeoutSeconds >= 10, name);
        if (name === 'monitor') assert.equal(depth, 0);
      }
    });

    it('names no parameter that Pacemaker treats as secret', () => {
      const names = agent.parameters.map(({ name }) => name);
      assert.deepEqual(
        names.filter((name) => ['password', 'passwd', 'user'].includes(name)),
        [],
      );
    });
  });
}
