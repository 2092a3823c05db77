import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commandsOf, snippetText, withoutFencing } from './snippet.ts';

test('continued lines become one command, comments and blank lines none', () => {
  const text = '# why\n\npcs resource create a b \\\n    op start timeout=1s\npcs property set c=d\n';
  assert.deepEqual(commandsOf(text), ['pcs resource create a b op start timeout=1s', 'pcs property set c=d']);
});

for (const name of ['pcs', 'crmsh', 'pcs-promotable', 'crmsh-promotable'] as const) {
  test(`the ${name} snippet configures both agents, and only its fencing devices are left out`, () => {
    const all = commandsOf(snippetText(name));
    const kept = withoutFencing(all);
    const left = all.filter((line) => !kept.includes(line));
    assert.ok(left.length >= 1 && left.every((line) => line.includes('pcmk_host_list')), left.join('\n'));
    const master = name.endsWith('-promotable') ? 'ganeti-master-promotable' : 'ganeti-master';
    for (const agent of ['ocf:ganeti:ganeti-node', `ocf:ganeti:${master}`]) {
      assert.equal(kept.filter((line) => line.includes(` ${agent} `)).length, 1, agent);
    }
  });
}
