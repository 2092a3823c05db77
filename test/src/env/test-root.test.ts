import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { realEnv } from '../../../src/env/real.ts';
import { testRoot, UntrustedTestRootError } from '../../../src/env/test-root.ts';

const uid = process.geteuid?.() ?? -1;
const folder = fs.mkdtempSync(join(tmpdir(), 'gha-root-'));
after(() => fs.rmSync(folder, { recursive: true, force: true }));

test('without the variable, or with an empty one, the root is the real one', () => {
  assert.equal(testRoot(undefined, uid), '');
  assert.equal(testRoot('', uid), '');
});

test('an own folder that nobody else may write is a test root', () => {
  fs.chmodSync(folder, 0o755);
  assert.equal(testRoot(`${folder}//`, uid), folder);
  fs.chmodSync(folder, 0o700);
  assert.equal(testRoot(folder, uid), folder);
});

for (const mode of [0o775, 0o757, 0o777, 0o1777]) {
  test(`a folder with mode ${mode.toString(8)} is refused`, () => {
    fs.chmodSync(folder, mode);
    assert.throws(() => testRoot(folder, uid), UntrustedTestRootError);
    assert.throws(() => realEnv({ GANETI_HA_ROOT: folder }, () => {}), UntrustedTestRootError);
    fs.chmodSync(folder, 0o755);
  });
}

test('another user’s folder, a link, a file, a relative and a missing path are refused', () => {
  assert.throws(() => testRoot(folder, uid + 1), UntrustedTestRootError);
  fs.symlinkSync(folder, `${folder}/link`);
  fs.writeFileSync(`${folder}/file`, '');
  for (const path of [`${folder}/link`, `${folder}/file`, `${folder}/none`, 'relative', '.']) {
    assert.throws(() => testRoot(path, uid), UntrustedTestRootError, path);
  }
});

test('the refusal carries the facts and names the remedy', () => {
  fs.chmodSync(folder, 0o777);
  assert.throws(
    () => testRoot(folder, uid),
    (error: unknown) =>
      error instanceof UntrustedTestRootError &&
      error.path === folder &&
      error.uid === uid &&
      (error.mode ?? 0) % 0o1000 === 0o777 &&
      /Unset the variable/.test(error.message),
  );
  fs.chmodSync(folder, 0o755);
});
