import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readParameters } from '../../../src/ocf/parameters.ts';
import { modeOf } from '../../../src/ocf/settings.ts';

const DEFAULTS = {
  mode: undefined,
  evidence: undefined,
  maxOffline: undefined,
  onReturn: undefined,
  readmitAfter: undefined,
  stopMode: 'auto',
  nonCandidate: 'stopped',
  staleConfig: 'refuse',
  dataDir: '/var/lib/ganeti',
  runDir: '/var/run/ganeti',
};

test('without parameters the defaults hold, and the tags may still speak', () => {
  assert.deepEqual(readParameters({}), { kind: 'ok', parameters: DEFAULTS });
});

test('each valid value is taken', () => {
  const raw = {
    mode: 'full',
    evidence: 'lost',
    max_offline: '1/3',
    on_return: 'readmit',
    readmit_after: '600',
    stop_mode: 'daemons',
    non_candidate: 'error',
    stale_config: 'allow',
    data_dir: '/srv/ganeti/',
    run_dir: '/run/ganeti',
  };
  assert.deepEqual(readParameters(raw), {
    kind: 'ok',
    parameters: {
      mode: 'full',
      evidence: 'lost',
      maxOffline: '1/3',
      onReturn: 'readmit',
      readmitAfter: 600,
      stopMode: 'daemons',
      nonCandidate: 'error',
      staleConfig: 'allow',
      dataDir: '/srv/ganeti',
      runDir: '/run/ganeti',
    },
  });
});

for (const [name, value] of [
  ['mode', 'FULL'],
  ['evidence', 'fenced,lost'],
  ['max_offline', '-1'],
  ['max_offline', '2/1'],
  ['max_offline', '1/0'],
  ['max_offline', '99999'],
  ['max_offline', '0.5'],
  ['max_offline', '2 '],
  ['on_return', 'rejoin'],
  ['readmit_after', '59'],
  ['readmit_after', '86401'],
  ['readmit_after', '1h'],
  ['stop_mode', 'kill'],
  ['data_dir', 'relative'],
  ['data_dir', '/var/../etc'],
  ['run_dir', '/var/run\n/etc'],
] as const) {
  test(`${name}=${JSON.stringify(value)} is refused by name, and the default stands in for a stop`, () => {
    const read = readParameters({ [name]: value });
    assert.ok(read.kind === 'invalid');
    assert.ok(read.message.startsWith(`${name}=`));
    assert.deepEqual(read.parameters, DEFAULTS);
  });
}

test('all wrong parameters are named at once', () => {
  const read = readParameters({ mode: 'x', evidence: 'y' });
  assert.match(read.kind === 'invalid' ? read.message : '', /^mode=x .*; evidence=y /);
});

test('parameters that are not ours are left alone', () => {
  assert.equal(readParameters({ trace_ra: '1', constructor: 'x' }).kind, 'ok');
});

test('a valid folder never leads out by dots and never ends in a slash', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '..', '.', '', 'b c', '\n'), { maxLength: 5 }), (parts) => {
      const read = readParameters({ data_dir: `/${parts.join('/')}` });
      const { dataDir } = read.parameters;
      assert.ok(dataDir.startsWith('/') && !dataDir.split('/').includes('..') && !dataDir.includes('\n'));
      assert.ok(dataDir === '/' || !dataDir.endsWith('/'));
    }),
  );
});

test('the check level comes before the parameter, the parameter before the tag, the tag before partial', () => {
  const parameters = (mode?: string): ReturnType<typeof readParameters>['parameters'] =>
    readParameters(mode === undefined ? {} : { mode }).parameters;
  assert.equal(
    modeOf(parameters('partial'), 10, () => 'partial'),
    'full',
  );
  assert.equal(
    modeOf(parameters('partial'), 20, () => undefined),
    'full',
  );
  assert.equal(
    modeOf(parameters('partial'), 0, () => 'full'),
    'partial',
  );
  assert.equal(
    modeOf(parameters(), 0, () => 'full'),
    'full',
  );
  assert.equal(
    modeOf(parameters(), 5, () => undefined),
    'partial',
  );
  modeOf(parameters('full'), 0, () => assert.fail('the tag is read only where it decides'));
});
