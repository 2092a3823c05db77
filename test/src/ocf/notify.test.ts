import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fencedByNotification, readNotification } from '../../../src/ocf/notify.ts';

const PREFIX = 'OCF_RESKEY_CRM_meta_notify_';

function vars(values: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [PREFIX + name, value]));
}

const FENCED = {
  type: 'post',
  operation: 'stop',
  key_operation: 'stonith',
  stop_uname: 'h3',
  stop_resource: 'n:2',
};

function fenced(changes: Readonly<Record<string, string>> = {}): readonly string[] {
  return fencedByNotification(readNotification(vars({ ...FENCED, ...changes })));
}

test('no variables are no notification, as ocf-tester calls it', () => {
  assert.equal(readNotification({}), undefined);
  assert.deepEqual(fencedByNotification(undefined), []);
});

test('names pair with resources, and where a resource is missing there is none', () => {
  const notification = readNotification(vars({ ...FENCED, stop_uname: 'h3 h2', stop_resource: 'n:2' }));
  assert.deepEqual(notification?.stop, [
    { node: 'h3', resource: 'n:2' },
    { node: 'h2', resource: undefined },
  ]);
});

test('a list of one blank is empty, whatever the blank', () => {
  for (const blank of [' ', '', '\t', '  \n ']) assert.deepEqual(fenced({ stop_uname: blank }), []);
});

test('a node named twice is one node', () =>
  assert.deepEqual(fenced({ stop_uname: 'h3 h3  h2' }), ['h3', 'h2']));

test('only post/stop with the key operation stonith calls a node fenced', () => {
  assert.deepEqual(fenced(), ['h3']);
  assert.deepEqual(fenced({ type: 'pre' }), []);
  assert.deepEqual(fenced({ operation: 'start' }), []);
  for (const key of ['stopped', 'stop', '', ' ', 'STONITH', 'stonith_complete']) {
    assert.deepEqual(fenced({ key_operation: key }), [], key);
  }
});

test('a start list is never taken for a stop list', () => {
  assert.deepEqual(fenced({ stop_uname: ' ', start_uname: 'h1 h2' }), []);
});

test('a notification of another kind is none', () => {
  assert.equal(readNotification(vars({ ...FENCED, operation: 'migrate' })), undefined);
  assert.equal(readNotification(vars({ ...FENCED, type: '' })), undefined);
});

test('no list of any form yields an empty name, and every name stood in it', () => {
  const blanks = fc.stringMatching(/^[ \t\n]{0,4}$/);
  const list = fc.array(fc.tuple(blanks, fc.stringMatching(/^[a-z0-9.-]{0,6}$/)), { maxLength: 6 });
  fc.assert(
    fc.property(list, blanks, (words, end) => {
      const text = words.map(([blank, word]) => blank + word).join(' ') + end;
      const found = fenced({ stop_uname: text });
      assert.ok(found.every((name) => name !== '' && !/\s/.test(name) && text.includes(name)));
      assert.equal(new Set(found).size, found.length);
      assert.equal(found.length > 0, text.trim() !== '');
    }),
  );
});
