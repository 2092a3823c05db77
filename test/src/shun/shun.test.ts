import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import {
  currentShuns,
  expiredShuns,
  mayBeShunning,
  SHUN_AGE_LIMIT_MS,
  shun,
  withdraw,
  withdrawAll,
} from '../../../src/shun/shun.ts';
import { type Machine, makeMachine } from '../ganeti/machine.ts';

const NOW = 1_800_000_000_000;
const STATE = '/run/ganeti-ha/shun.json';
const H2 = { name: 'h2.lab.test', addresses: ['192.0.2.12', '198.51.100.12'], reason: 'fenced' };
const H3 = { name: 'h3.lab.test', addresses: ['192.0.2.13'], sshPort: 2222, reason: 'fenced' };

describe('shunning', () => {
  let machine: Machine;
  beforeEach(() => {
    machine = makeMachine();
    machine.program('nft', 'nft-accepts');
  });
  afterEach(() => machine.close());

  const names = (): readonly string[] => currentShuns(machine.env).map(({ name }) => name);
  const addresses = (): readonly string[] =>
    [...(machine.read('/ruleset') ?? '').matchAll(/daddr (\S+)/g)].map(([, address]) => address ?? '');

  it('refuses a node, remembers it with its reason, and names who is shunned now', async () => {
    const result = await shun(machine.env, [H3], NOW);
    assert.deepEqual(result, { kind: 'applied', names: ['h3.lab.test'] });
    assert.deepEqual(addresses(), ['192.0.2.13']);
    assert.deepEqual(currentShuns(machine.env), [{ ...H3, since: NOW }]);
  });

  it('adds a second node to the first, and takes them back one by one', async () => {
    await shun(machine.env, [H3], NOW);
    await shun(machine.env, [H2], NOW + 1000);
    assert.deepEqual(addresses(), ['192.0.2.13', '192.0.2.12', '198.51.100.12']);
    assert.deepEqual(await withdraw(machine.env, ['h3.lab.test'], NOW + 2000), {
      kind: 'applied',
      names: ['h2.lab.test'],
    });
    assert.deepEqual(addresses(), ['192.0.2.12', '198.51.100.12']);
    await withdraw(machine.env, ['h2.lab.test'], NOW + 3000);
    assert.deepEqual(addresses(), []);
    assert.deepEqual(names(), []);
  });

  it('never touches an address of this host', async () => {
    const result = await shun(machine.env, [{ ...H3, addresses: ['192.0.2.13', '127.0.0.1'] }], NOW);
    assert.equal(result.kind, 'skipped');
    assert.deepEqual(machine.calls(), []);
  });

  it('does nothing for a node without a name or without an address', async () => {
    for (const broken of [
      { ...H3, name: '' },
      { ...H3, addresses: [] },
      { ...H3, addresses: ['h3.lab.test'] },
    ]) {
      assert.equal((await shun(machine.env, [broken], NOW)).kind, 'skipped');
    }
    assert.deepEqual(machine.calls(), []);
  });

  it('costs no command where there is nothing to take back', async () => {
    await shun(machine.env, [H3], NOW);
    assert.deepEqual(await withdraw(machine.env, ['h2.lab.test'], NOW), { kind: 'unchanged' });
    assert.equal(machine.calls().length, 1);
  });

  it('ends by age, at the next withdrawal of anything', async () => {
    await shun(machine.env, [H3], NOW);
    const later = NOW + SHUN_AGE_LIMIT_MS;
    assert.deepEqual(
      expiredShuns(currentShuns(machine.env), later).map(({ name }) => name),
      ['h3.lab.test'],
    );
    await withdraw(machine.env, [], later);
    assert.deepEqual(names(), []);
    assert.deepEqual(addresses(), []);
  });

  it('ends where the clock was set back behind its beginning', async () => {
    await shun(machine.env, [H3], NOW);
    await withdraw(machine.env, [], NOW - 60_000);
    assert.deepEqual(names(), []);
  });

  for (const [what, text] of [
    ['gone', undefined],
    ['garbage', '{"h3'],
    ['something else', '"h3"'],
  ] as const) {
    it(`can be taken back although the record is ${what}`, async () => {
      for (const takeBack of [
        () => withdraw(machine.env, ['h3.lab.test'], NOW),
        () => withdrawAll(machine.env),
      ]) {
        await shun(machine.env, [H3], NOW);
        if (text === undefined) machine.env.files.remove(STATE);
        else machine.put(STATE, text);
        assert.deepEqual(await takeBack(), { kind: 'applied', names: [] });
        assert.equal(machine.read('/ruleset'), 'add table inet ganeti_ha\ndelete table inet ganeti_ha\n');
        assert.deepEqual(await takeBack(), { kind: 'unchanged' });
      }
    });
  }

  it('is skipped with a reason without nft, and nobody is recorded as shunned', async () => {
    const bare = makeMachine();
    const { env } = bare;
    const result = await shun(env, [H3], NOW);
    assert.ok(result.kind === 'skipped' && result.remedy.includes('nftables'));
    assert.deepEqual(currentShuns(env), []);
    assert.deepEqual(await withdraw(env, ['h3.lab.test'], NOW), { kind: 'unchanged' });
    bare.close();
  });

  it('that the kernel cannot do fails with its words, and is not tried at every withdrawal', async () => {
    machine.program('nft', 'nft-cannot');
    const result = await shun(machine.env, [H3], NOW);
    assert.ok(result.kind === 'failed' && result.reason.includes('Operation not supported'));
    assert.deepEqual(names(), []);
    assert.deepEqual(await withdraw(machine.env, ['h3.lab.test'], NOW), { kind: 'unchanged' });
    assert.equal(machine.calls().length, 1);
  });

  it('may be there where its record is garbage, not where there is none or an empty one', async () => {
    const bare = makeMachine();
    assert.equal(mayBeShunning(bare.env), false);
    for (const [text, expected] of [
      ['[]', false],
      ['garbage', true],
    ] as const) {
      bare.put('/run/ganeti-ha/shun.json', text);
      assert.equal(mayBeShunning(bare.env), expected, text);
    }
    bare.close();
  });

  it('stays recorded where taking it back failed, so that it is tried again', async () => {
    await shun(machine.env, [H3], NOW);
    machine.program('nft', 'nft-cannot');
    assert.equal((await withdraw(machine.env, ['h3.lab.test'], NOW)).kind, 'failed');
    assert.deepEqual(names(), ['h3.lab.test']);
    machine.program('nft', 'nft-accepts');
    assert.equal((await withdrawAll(machine.env)).kind, 'applied');
    assert.deepEqual(names(), []);
  });
});
