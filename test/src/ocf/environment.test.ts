import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readCall } from '../../../src/ocf/environment.ts';

const META = 'OCF_RESKEY_CRM_meta_';

function read(
  vars: Record<string, string> = {},
  args: readonly string[] = ['monitor'],
): ReturnType<typeof readCall> {
  return readCall('ganeti-node', args, vars);
}

test('a recurring monitor as Pacemaker calls it', () => {
  const call = read({
    OCF_RESOURCE_INSTANCE: 'ganeti-node:1',
    OCF_CHECK_LEVEL: '10',
    OCF_RESKEY_mode: 'full',
    OCF_RESKEY_crm_feature_set: '3.16.1',
    [`${META}timeout`]: '30000',
    [`${META}interval`]: '20000',
    [`${META}on_node`]: 'h1',
    [`${META}clone`]: '1',
    [`${META}notify`]: 'true',
  });
  assert.deepEqual(call, {
    action: 'monitor',
    instance: 'ganeti-node:1',
    timeoutMs: 30_000,
    probe: false,
    checkLevel: 10,
    onNode: 'h1',
    clone: true,
    notify: true,
    parameters: { mode: 'full' },
  });
});

test('without any variable it is a probe with Pacemaker’s default timeout', () => {
  const call = read({}, []);
  assert.deepEqual(
    [call.action, call.instance, call.probe, call.timeoutMs],
    ['', 'ganeti-node', true, 20_000],
  );
  assert.deepEqual([call.onNode, call.clone, call.notify, call.checkLevel], [undefined, false, false, 0]);
});

for (const interval of ['0', '', 'soon']) {
  test(`an interval of ${JSON.stringify(interval)} is a probe`, () => {
    assert.equal(read({ [`${META}interval`]: interval }).probe, true);
  });
}

for (const timeout of ['0', '', '-5', 'INFINITY', '1e9']) {
  test(`a timeout of ${JSON.stringify(timeout)} is Pacemaker’s default`, () => {
    assert.equal(read({ [`${META}timeout`]: timeout }).timeoutMs, 20_000);
  });
}

for (const [text, meant] of [
  ['true', true],
  ['TRUE', true],
  ['yes', true],
  ['on', true],
  ['y', true],
  ['1', true],
  ['false', false],
  ['0', false],
  ['', false],
  ['maybe', false],
] as const) {
  test(`notify=${text} is ${meant}`, () => assert.equal(read({ [`${META}notify`]: text }).notify, meant));
}

test('further arguments are ignored, an empty parameter counts as not given', () => {
  assert.equal(read({}, ['stop', 'start', '--force']).action, 'stop');
  assert.deepEqual(read({ OCF_RESKEY_mode: '' }).parameters, {});
});

test('a blank node name is no name', () => {
  assert.equal(read({ [`${META}on_node`]: ' ' }).onNode, undefined);
  assert.equal(read({ [`${META}on_node`]: ' h1 ' }).onNode, 'h1');
});

test('whatever the environment holds, a call can be read and its numbers are usable', () => {
  const names = fc.constantFrom(
    `${META}timeout`,
    `${META}interval`,
    `${META}on_node`,
    'OCF_CHECK_LEVEL',
    'OCF_RESKEY_mode',
    '__proto__',
    'OCF_RESKEY_',
    'OCF_RESKEY___proto__',
  );
  fc.assert(
    fc.property(fc.dictionary(names, fc.string({ unit: 'binary' })), fc.array(fc.string()), (vars, args) => {
      const call = read(vars, args);
      assert.ok(Number.isFinite(call.timeoutMs) && call.timeoutMs > 0);
      assert.ok(Number.isFinite(call.checkLevel));
      assert.notEqual(call.onNode?.trim(), '');
      assert.equal(call.probe, !/^\s*\d*[1-9]\d*\s*$/.test(vars[`${META}interval`] ?? ''));
    }),
  );
});
