import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  formatRecord,
  isRecordName,
  MOST_BYTES,
  parseRecord,
  recordName,
  type SpoolRecord,
} from '../../../src/sweep/spool-record.ts';

const RECORD: SpoolRecord = { node: 'h3', said: 'fenced', words: 'Operation off of h3: OK', atMs: 1_000 };

test('what was written is read', () => {
  assert.deepEqual(parseRecord(formatRecord(RECORD)), RECORD);
});

test('whatever words Pacemaker uses, a record is one printable line, small enough to be read again', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 5_000 }), (words) => {
      const text = formatRecord({ ...RECORD, words });
      assert.match(text, /^[\x20-\x7e]+\n$/);
      assert.ok(Buffer.byteLength(text) <= MOST_BYTES);
      assert.equal(parseRecord(text)?.node, 'h3');
    }),
  );
});

test('a text of any kind is a whole record or none, and never an error', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
      assert.equal(parseRecord(text), undefined);
    }),
  );
});

for (const [what, part] of [
  ['another word than we write', { said: 'dead' }],
  ['a word of every object', { said: 'toString' }],
  ['no node', { node: '' }],
  ['a node that is an option', { node: '--force' }],
  ['a list of nodes', { node: ['h3'] }],
  ['two nodes', { node: 'h2 h3' }],
  ['no moment', { atMs: '1000' }],
  ['a moment that is none', { atMs: 1e300 }],
  ['words that are none', { words: {} }],
] as const) {
  test(`a record with ${what} is none`, () => {
    assert.equal(parseRecord(JSON.stringify({ ...RECORD, ...part })), undefined);
  });
}

test('control characters in the words of a record reach nobody’s terminal', () => {
  const text = JSON.stringify({ ...RECORD, words: 'a\u001b[2Jb\r\nc' });
  assert.equal(parseRecord(text)?.words, 'a [2Jb c');
});

test('files are named by time and process, sort by time, and nothing else is taken for one', () => {
  assert.equal(recordName(1_795_259_476_940, 856), '1795259476940-856.json');
  assert.ok(recordName(999, 1) < recordName(1_000, 1));
  assert.ok(isRecordName(recordName(0, 4_194_304)));
  for (const name of ['wake.lock', '../1795259476940-1.json', '1795259476940-1.json.7.new', '.json', ''])
    assert.equal(isRecordName(name), false, name);
});
