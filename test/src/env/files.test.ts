import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { realFiles } from '../../../src/env/files.ts';

const root = fs.mkdtempSync(join(tmpdir(), 'gha-files-'));
after(() => fs.rmSync(root, { recursive: true, force: true }));
const files = realFiles(root);

test('a file is read whole with the time it was changed', () => {
  fs.mkdirSync(`${root}/etc`);
  fs.writeFileSync(`${root}/etc/text`, 'ü\n');
  fs.utimesSync(`${root}/etc/text`, 1000, 2000);
  assert.deepEqual(files.read('/etc/text'), { kind: 'text', text: 'ü\n', mtimeMs: 2_000_000 });
  assert.deepEqual(files.readBase64('/etc/text'), { kind: 'text', text: 'w7wK', mtimeMs: 2_000_000 });
});

test('a file that surely is not there is missing, one that cannot be read is unreadable', () => {
  assert.deepEqual(files.read('/etc/none'), { kind: 'missing' });
  assert.deepEqual(files.read('/etc/text/below'), { kind: 'missing' });
  const directory = files.read('/etc');
  assert.ok(directory.kind === 'unreadable');
  assert.match(directory.message, /EISDIR/);
  fs.symlinkSync('loop', `${root}/etc/loop`);
  assert.equal(files.read('/etc/loop').kind, 'unreadable');
  assert.equal(files.stat('/etc/loop').kind, 'unreadable');
  assert.equal(files.stat('/etc/none').kind, 'missing');
});

test('lstat sees a link where stat follows it', () => {
  fs.symlinkSync('text', `${root}/etc/link`);
  assert.equal(files.stat('/etc/link').kind, 'file');
  assert.equal(files.lstat('/etc/link').kind, 'other');
});

test('a listing is sorted, and empty where there is no folder', () => {
  for (const name of ['b', 'a', 'c']) files.write(`/list/${name}`, '');
  assert.deepEqual(files.list('/list'), ['a', 'b', 'c']);
  assert.deepEqual(files.list('/no/list'), []);
});

test('a write replaces the file at once, with its mode, makes missing folders and leaves nothing beside it', () => {
  assert.equal(files.write('/var/lib/deep/file', 'old', 0o600).kind, 'done');
  const before = fs.statSync(`${root}/var/lib/deep/file`);
  assert.equal(before.mode & 0o777, 0o600);
  assert.equal(files.write('/var/lib/deep/file', 'new').kind, 'done');
  assert.notEqual(fs.statSync(`${root}/var/lib/deep/file`).ino, before.ino);
  assert.deepEqual(fs.readdirSync(`${root}/var/lib/deep`), ['file']);
  assert.equal(fs.readFileSync(`${root}/var/lib/deep/file`, 'utf8'), 'new');
});

test('a write that fails leaves the old text, says why and leaves nothing beside it', () => {
  fs.mkdirSync(`${root}/full/target`, { recursive: true });
  fs.writeFileSync(`${root}/full/target/in-the-way`, '');
  const result = files.write('/full/target', 'text');
  assert.ok(result.kind === 'failed');
  assert.match(result.message, /EISDIR|ENOTEMPTY|EEXIST/);
  assert.deepEqual(fs.readdirSync(`${root}/full`), ['target']);
  assert.equal(files.write('/etc/text/below/file', 'x').kind, 'failed');
});

test('create makes a file once', () => {
  assert.deepEqual(files.create('/locks/one', 'me'), { kind: 'done' });
  assert.deepEqual(files.create('/locks/one', 'you'), { kind: 'exists' });
  assert.equal(fs.readFileSync(`${root}/locks/one`, 'utf8'), 'me');
  assert.equal(files.create('/etc/text/below', '').kind, 'failed');
});

test('append adds to the end and makes missing folders', () => {
  files.append('/log/lines', 'one\n');
  files.append('/log/lines', 'two\n');
  assert.equal(fs.readFileSync(`${root}/log/lines`, 'utf8'), 'one\ntwo\n');
});

test('removing what is not there succeeds, removing a folder does not', () => {
  assert.deepEqual(files.remove('/no/such/file'), { kind: 'done' });
  assert.deepEqual(files.remove('/etc/text/below'), { kind: 'done' });
  assert.equal(files.remove('/log').kind, 'failed');
  assert.deepEqual(files.remove('/log/lines'), { kind: 'done' });
  assert.equal(fs.existsSync(`${root}/log/lines`), false);
});

test('rename moves a file, and fails with words where it is not there', () => {
  files.write('/moved/from', 'x');
  assert.equal(files.rename('/moved/from', '/moved/to').kind, 'done');
  assert.equal(fs.readFileSync(`${root}/moved/to`, 'utf8'), 'x');
  const again = files.rename('/moved/from', '/moved/to');
  assert.ok(again.kind === 'failed' && /ENOENT/.test(again.message));
});
