import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { before, describe, it } from 'node:test';
import { makePackage, packInto } from '../../packaging/deb/package.ts';
import { debianChangelog, readReleases } from '../../packaging/deb/release.ts';

const PROJECT = join(import.meta.dirname, '../..');

describe('the Debian package', () => {
  let deb = '';
  before(async () => {
    deb = await makePackage();
  });

  function field(name: string): string {
    return execFileSync('dpkg-deb', ['--field', deb, name], { encoding: 'utf8' }).trim();
  }

  it('holds these files and no others, all of root', () => {
    const listing = execFileSync('dpkg-deb', ['--contents', deb], { encoding: 'utf8' }).trim().split('\n');
    assert.deepEqual(
      listing.filter((line) => !line.includes(' root/root ')),
      [],
    );
    const paths = listing.map((line) => line.split(/\s+/).slice(5).join(' '));
    assert.deepEqual(paths.filter((path) => !path.endsWith('/')).sort(), [
      './usr/lib/ganeti-ha/alert_ganeti -> ganeti-ha',
      './usr/lib/ganeti-ha/ganeti-ha',
      './usr/lib/ocf/resource.d/ganeti/ganeti-master -> ../../../ganeti-ha/ganeti-ha',
      './usr/lib/ocf/resource.d/ganeti/ganeti-master-promotable -> ../../../ganeti-ha/ganeti-ha',
      './usr/lib/ocf/resource.d/ganeti/ganeti-node -> ../../../ganeti-ha/ganeti-ha',
      './usr/lib/tmpfiles.d/ganeti-ha.conf',
      './usr/sbin/gnt-ha -> ../lib/ganeti-ha/ganeti-ha',
      './usr/share/bash-completion/completions/gnt-ha',
      './usr/share/doc/ganeti-ha/changelog.gz',
      './usr/share/doc/ganeti-ha/copyright',
      './usr/share/doc/ganeti-ha/third-party.txt.gz',
      './usr/share/lintian/overrides/ganeti-ha',
      './usr/share/man/man7/ocf_ganeti_ganeti-master-promotable.7.gz',
      './usr/share/man/man7/ocf_ganeti_ganeti-master.7.gz',
      './usr/share/man/man7/ocf_ganeti_ganeti-node.7.gz',
      './usr/share/man/man8/gnt-ha.8.gz',
    ]);
    for (const folder of ['./etc/ganeti-ha/simulate.d/', './var/lib/ganeti-ha/']) {
      assert.ok(
        listing.some((line) => line.startsWith('drwxr-xr-x') && line.endsWith(` ${folder}`)),
        folder,
      );
    }
  });

  it('depends on the programs that the agents call and on the libraries of the binary', () => {
    const depends = field('Depends');
    for (const needed of [
      'libc6 (>= 2.28)',
      'libstdc++6',
      'libgcc-s1',
      'pacemaker-cli-utils',
      'resource-agents',
    ]) {
      assert.ok(depends.includes(needed), `${needed} is not in ${depends}`);
    }
    assert.match(depends, /pacemaker \| pacemaker-remote/);
  });

  it('asks for the versions of libc and libstdc++ whose symbols the binary uses', () => {
    const symbols = readFileSync(join(PROJECT, 'build/root/usr/lib/ganeti-ha/ganeti-ha')).toString('latin1');
    const newest = (name: string): string =>
      [
        ...new Set(
          [...symbols.matchAll(new RegExp(`\\0${name}_(\\d[\\d.]*)(?=\\0)`, 'g'))].map(([, v]) => v ?? ''),
        ),
      ]
        .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
        .at(-1) ?? '';
    assert.equal(newest('GLIBC'), '2.28');
    assert.equal(newest('GLIBCXX'), '3.4.21');
  });

  it('has the version of package.json, which is the newest one in CHANGELOG.md', () => {
    const described: { version?: string } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
    assert.equal(field('Version'), described.version);
    assert.equal(readReleases()[0]?.version, described.version);
  });

  it('is the same, byte for byte, when it is packed again', () => {
    const folder = mkdtempSync(join(tmpdir(), 'deb-test-'));
    try {
      const again = join(folder, 'again.deb');
      packInto(again);
      const hash = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex');
      assert.equal(hash(again), hash(deb));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('names the licence of every npm package in the binary', () => {
    const licences = execFileSync('sh', [
      '-c',
      'dpkg-deb --fsys-tarfile "$0" | tar -xO ./usr/share/doc/ganeti-ha/third-party.txt.gz | gzip -dc',
      deb,
    ]).toString();
    const packages = readFileSync(join(PROJECT, 'build/root.packages'), 'utf8').split('\n').filter(Boolean);
    assert.ok(packages.includes('commander'), 'the list of bundled packages is not right');
    for (const name of packages) assert.ok(licences.includes(`npm package ${name}\n`), name);
    assert.ok(existsSync(deb));
  });
});

describe('the Debian changelog', () => {
  it('is made from CHANGELOG.md, with the day of the release and wrapped lines', () => {
    const releases = readReleases(
      '# Changes\n\n## 1.2.0 (2026-03-01)\n\n- One\n  and a half.\n- Two.\n\n## 1.1.0 (2026-02-01)\n\n- Zero.\n',
    );
    assert.equal(
      debianChangelog(releases).replaceAll(/ -- .*> {2}/g, ' -- X  '),
      'ganeti-ha (1.2.0) unstable; urgency=medium\n\n  * One and a half.\n  * Two.\n\n -- X  Sun, 01 Mar 2026 00:00:00 +0000\n\n' +
        'ganeti-ha (1.1.0) unstable; urgency=medium\n\n  * Zero.\n\n -- X  Sun, 01 Feb 2026 00:00:00 +0000\n',
    );
  });

  it('refuses a section without a date', () => {
    assert.throws(() => readReleases('## 1.0.0\n\n- One.\n'), /VERSION \(YYYY-MM-DD\)/);
  });
});
