import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildRoot, ROOT } from '../../packaging/binary/build.ts';
import { BINARY, PROGRAMS } from '../../packaging/binary/programs.ts';

const root = process.getuid?.() === 0;
const METADATA = join(import.meta.dirname, '../../ocf-metadata/ganeti-node.xml');

describe('the standalone binary', () => {
  let folder = '';
  let agent = '';

  // In a place of its own that every user can reach, as an installed one would be.
  before(async () => {
    await buildRoot();
    folder = mkdtempSync(join(tmpdir(), 'binary-test-'));
    chmodSync(folder, 0o755);
    agent = join(folder, 'ganeti-node');
    copyFileSync(join(ROOT, BINARY), agent);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  function metadataWith(env: Record<string, string>, user?: number): string {
    const options = user === undefined ? {} : { uid: user, gid: user };
    const ended = spawnSync(agent, ['meta-data'], { env, encoding: 'utf8', cwd: '/', ...options });
    assert.deepEqual([ended.status, ended.signal, ended.stderr], [0, null, '']);
    return ended.stdout;
  }

  it('prints exactly the checked-in metadata, in an empty environment', () => {
    assert.equal(metadataWith({}), readFileSync(METADATA, 'utf8'));
  });

  it('prints the metadata as nobody', { skip: root ? false : 'becoming nobody needs root' }, () => {
    assert.equal(metadataWith({}, 65534), readFileSync(METADATA, 'utf8'));
  });

  it('needs nothing but the libraries that the package depends on', {
    skip: root ? false : 'chroot needs root',
  }, () => {
    const jail = join(folder, 'jail');
    const libraries = spawnSync('ldd', [agent], { encoding: 'utf8' }).stdout.matchAll(/(\/\S+) \(0x/g);
    for (const [, library = ''] of libraries) {
      mkdirSync(join(jail, dirname(library)), { recursive: true });
      copyFileSync(library, join(jail, library));
    }
    copyFileSync(agent, join(jail, 'ganeti-node'));
    const ended = spawnSync('chroot', [jail, '/ganeti-node', 'meta-data'], { encoding: 'utf8' });
    assert.equal(ended.stdout, readFileSync(METADATA, 'utf8'));
  });

  it('does not load what NODE_OPTIONS names, as Node itself would', () => {
    const marker = join(folder, 'loaded');
    const hook = join(folder, 'hook.cjs');
    writeFileSync(hook, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '')`);
    const env = { NODE_OPTIONS: `--require ${hook}` };
    spawnSync(process.execPath, ['-e', '0'], { env });
    assert.ok(existsSync(marker), 'the hook does not work at all');
    rmSync(marker);
    metadataWith(env);
    assert.ok(!existsSync(marker));
  });

  it('does not load the provider that OPENSSL_CONF names, as Node itself would', () => {
    const config = join(folder, 'openssl.cnf');
    writeFileSync(
      config,
      'nodejs_conf = n\n[n]\nproviders = p\n[p]\nx = x\n[x]\nmodule = /nowhere/x.so\nactivate = 1\n',
    );
    const env = { OPENSSL_CONF: config };
    assert.notEqual(
      spawnSync(process.execPath, ['-e', '0'], { env }).status,
      0,
      'the provider is not missed',
    );
    metadataWith(env);
  });

  it('takes an argument that looks like an option of Node for its own', () => {
    const ended = spawnSync(agent, ['--eval', 'process.exit(42)'], { env: {}, encoding: 'utf8' });
    assert.equal(ended.status, 3);
  });

  it('is what every program in the tree links to, relatively', () => {
    for (const program of PROGRAMS) {
      const path = join(ROOT, program);
      assert.ok(lstatSync(path).isSymbolicLink(), program);
      assert.equal(join(dirname(path), readlinkSync(path)), join(ROOT, BINARY));
    }
  });

  it('answers by the name it is called by, or by its first argument', () => {
    const direct = spawnSync(join(ROOT, BINARY), ['ganeti-node', 'meta-data'], { env: {}, encoding: 'utf8' });
    assert.match(direct.stdout, /<resource-agent name="ganeti-node">/);
    const linked = join(ROOT, 'usr/lib/ocf/resource.d/ganeti/ganeti-master');
    const called = spawnSync(linked, ['meta-data'], { env: {}, encoding: 'utf8' });
    assert.match(called.stdout, /<resource-agent name="ganeti-master">/);
  });

  it('holds no path of the machine that built it', () => {
    const project = join(import.meta.dirname, '../..');
    assert.equal(readFileSync(join(ROOT, BINARY)).indexOf(`${project}/`), -1);
  });
});
