import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { addressFamily, rulesetFor, type ShunnedNode, WITHDRAW_ALL } from '../../../src/shun/ruleset.ts';

function node(addresses: readonly string[], sshPort = 22): ShunnedNode {
  return { name: 'h3.lab.test', addresses, sshPort, since: 0, reason: 'fenced' };
}

describe('the ruleset', () => {
  it('refuses TCP to the ssh and Ganeti ports of every address, and replaces the table in one go', () => {
    assert.equal(
      rulesetFor([node(['192.0.2.13', '2001:db8::13'], 2222)]),
      `add table inet ganeti_ha
delete table inet ganeti_ha
table inet ganeti_ha {
  chain output {
    type filter hook output priority filter; policy accept;
    ip daddr 192.0.2.13 tcp dport { 2222, 1811, 1815 } reject with tcp reset
    ip6 daddr 2001:db8::13 tcp dport { 2222, 1811, 1815 } reject with tcp reset
  }
}
`,
    );
  });

  it('for nobody only deletes the table', () => {
    assert.equal(rulesetFor([]), WITHDRAW_ALL);
    assert.equal(rulesetFor([node(['h3.lab.test'])]), WITHDRAW_ALL);
  });

  it('never speaks of a whole address, of another protocol or of another table, whatever a node is called', () => {
    const words = fc.oneof(fc.string(), fc.ipV4(), fc.ipV6(), fc.constant('0.0.0.0/0'), fc.constant('::/0'));
    const nodes = fc.record({
      name: fc.string(),
      addresses: fc.array(words, { maxLength: 3 }),
      sshPort: fc.oneof(fc.integer(), fc.double()),
      since: fc.integer(),
      reason: fc.string(),
    });
    const rule = /^ {4}(ip|ip6) daddr [0-9A-Fa-f.:]+ tcp dport \{ \d+(, \d+)* \} reject with tcp reset$/;
    fc.assert(
      fc.property(fc.array(nodes, { maxLength: 3 }), (all) => {
        for (const line of rulesetFor(all).split('\n')) {
          if (line.includes('daddr')) assert.match(line, rule);
          else
            assert.match(
              line,
              /^((add|delete) table inet ganeti_ha|table inet ganeti_ha \{| *chain output \{| *type filter hook output priority filter; policy accept;| *\}|)$/,
            );
        }
      }),
    );
  });
});

describe('an address', () => {
  for (const [text, family] of [
    ['192.0.2.13', 'ip'],
    ['2001:db8::1', 'ip6'],
    ['::1', 'ip6'],
    ['256.0.0.1', undefined],
    ['192.0.2', undefined],
    ['192.0.2.0/24', undefined],
    ['::/0', undefined],
    ['h3.lab.test', undefined],
    ['abcd', undefined],
    ['', undefined],
    ['192.0.2.13 accept', undefined],
  ] as const) {
    it(`${JSON.stringify(text)} is ${family ?? 'none'}`, () => {
      assert.equal(addressFamily(text), family);
    });
  }
});
