import assert from 'node:assert/strict';
import { test } from 'node:test';
import { marksOf, readmittedMark, roleMark } from '../../../src/ganeti/node-marks.ts';

test('a node without tags of ours bears no mark', () => {
  assert.deepEqual(marksOf(['rack:4', 'ocf:node-offline:drained', 'ocf:node-offline:drained:x']), {
    drainedSerial: undefined,
    offlinedSerial: undefined,
    readmittedMs: undefined,
    tags: [],
    roleTags: [],
  });
});

test('what is written is read again, with the serial that Ganeti was measured to leave behind', () => {
  const tags = [roleMark('drained', 1), roleMark('offlined', 7), readmittedMark(1_800_000_000_999), 'rack:4'];
  assert.deepEqual(tags.slice(0, 3), [
    'ocf:node-offline:drained:4',
    'ocf:node-offline:offlined:10',
    'ocf:node-offline:readmitted:1800000000',
  ]);
  assert.deepEqual(marksOf(tags), {
    drainedSerial: 4,
    offlinedSerial: 10,
    readmittedMs: 1_800_000_000_000,
    tags: tags.slice(0, 3),
    roleTags: tags.slice(0, 2),
  });
});

test('of several marks the last one made counts, in whatever order they are told', () => {
  const tags = [roleMark('drained', 9), roleMark('drained', 30), roleMark('drained', 10)];
  assert.equal(marksOf(tags).drainedSerial, 33);
  assert.equal(marksOf(tags.toReversed()).drainedSerial, 33);
});
