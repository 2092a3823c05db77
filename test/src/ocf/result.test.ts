import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EXIT_REASON_BYTES, exitReasonLine, wholeReason, withAlso } from '../../../src/ocf/result.ts';

const PREFIX = 'ocf-exit-reason:';

test('a reason is one line with its code in front', () => {
  assert.equal(
    exitReasonLine({ code: 'GNH108', text: 'The role was moved.\n  Let Pacemaker\tfollow. ' }),
    'ocf-exit-reason:GNH108 The role was moved. Let Pacemaker follow.',
  );
});

test('what is simulated says so before anything else, wherever the text says it', () => {
  assert.equal(wholeReason({ code: 'GNH009', text: 'SIMULATED by a file.' }), 'SIMULATED GNH009 by a file.');
  assert.equal(
    wholeReason({ code: 'GNH110', text: 'Nobody confirms it (SIMULATED by a file).' }),
    'SIMULATED GNH110 Nobody confirms it (SIMULATED by a file).',
  );
  assert.equal(wholeReason({ code: 'GNH110', text: 'UNSIMULATED' }), 'GNH110 UNSIMULATED');
});

test('a long reason keeps its code and its last sentence, the remedy', () => {
  const text = `${'What happened, at length, '.repeat(10)}was bad; nothing was done. Run: gnt-cluster redist-conf`;
  const line = exitReasonLine({ code: 'GNH006', text });
  assert.match(line, /^ocf-exit-reason:GNH006 What happened.*\.\.\. Run: gnt-cluster redist-conf$/);
});

test('a remedy of two halves is kept whole', () => {
  const text = `${'At length '.repeat(20)}. It heals by itself; else run on h2: gnt-cluster redist-conf`;
  const line = exitReasonLine({ code: 'GNH109', text });
  assert.ok(line.endsWith('... It heals by itself; else run on h2: gnt-cluster redist-conf'), line);
});

test('what is wrong besides stands before the remedy, so that it is not copied with the command', () => {
  assert.equal(withAlso('It is bad. Run: crm_mon -1', []), 'It is bad. Run: crm_mon -1');
  assert.equal(
    withAlso('It is bad. Run: crm_mon -1', ['GNH204', 'GNH206']),
    'It is bad (also: GNH204, GNH206). Run: crm_mon -1',
  );
  assert.equal(withAlso('Run: crm_mon -1', ['GNH204']), '(also: GNH204) Run: crm_mon -1');
});

test('what is wrong besides is shown where there is room for it, and never instead of the remedy', () => {
  const told = (remedy: string): string =>
    exitReasonLine({ code: 'GNH303', text: withAlso(`${'It is bad '.repeat(20)}. ${remedy}`, ['GNH204']) });
  assert.match(
    told('Run: crm_mon -1'),
    /^ocf-exit-reason:GNH303 It is bad .*\.\.\. \(also: GNH204\)\. Run: crm_mon -1$/,
  );
  const long = `Run: gnt-node ${'x'.repeat(76)}`;
  assert.ok(told(long).endsWith(`... ${long}`), told(long));
});

test('no reason of any text breaks out of its line or grows beyond what Pacemaker keeps', () => {
  const words = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.lorem(),
    fc.constantFrom('SIMULATED', '. ', '; ', '\n', PREFIX, 'ü€𝄞'),
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 30 }), (parts) => {
      const line = exitReasonLine({ code: 'GNH011', text: parts.join(' ') });
      assert.ok(line.startsWith(PREFIX));
      assert.ok(!/[\n\r]/.test(line));
      const reason = line.slice(PREFIX.length);
      assert.ok(Buffer.byteLength(reason) <= EXIT_REASON_BYTES, `${Buffer.byteLength(reason)} bytes`);
      assert.match(reason, /^(SIMULATED )?GNH011/);
    }),
    { numRuns: 500 },
  );
});
