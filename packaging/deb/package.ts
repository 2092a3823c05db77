import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join, relative } from 'node:path';
import { BUNDLED_PACKAGES, buildRoot, ROOT } from '../binary/build.ts';
import { BINARY_INPUTS, hashOfInputs } from '../binary/inputs.ts';
import { stageContents } from './contents.ts';
import { controlFile } from './control.ts';
import { type Release, readReleases } from './release.ts';

const PROJECT = join(import.meta.dirname, '../..');

/**
 * Builds and packs; returns the path of `build/ganeti-ha_VERSION_amd64.deb`. Does nothing where that already is made
 * from exactly these sources. Only dpkg-deb is needed, which every Debian has; no root, no debhelper.
 */
export async function makePackage(): Promise<string> {
  await buildRoot();
  const deb = join(PROJECT, `build/ganeti-ha_${newestRelease().version}_amd64.deb`);
  const stamp = `${deb}.inputs`;
  const inputs = hashOfInputs(PROJECT, [...BINARY_INPUTS, 'packaging', 'CHANGELOG.md']);
  if (existsSync(deb) && existsSync(stamp) && readFileSync(stamp, 'utf8') === inputs) return deb;
  packInto(deb);
  writeFileSync(stamp, inputs);
  return deb;
}

/** Packs what `build/root/` holds; `deb` appears whole. */
export function packInto(deb: string): void {
  const work = mkdtempSync(join(PROJECT, 'build/deb-'));
  try {
    const stage = join(work, 'stage');
    mkdirSync(stage);
    const packages = readFileSync(BUNDLED_PACKAGES, 'utf8').split('\n').filter(Boolean);
    stageContents(stage, ROOT, readReleases(), packages);
    const { version, epoch } = newestRelease();
    writeControl(stage, version);
    const made = join(work, 'made.deb');
    pack(stage, made, epoch);
    // Beside its place first: that may be another file system than ours.
    const beside = `${deb}.${process.pid}`;
    copyFileSync(made, beside);
    renameSync(beside, deb);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function newestRelease(): Release {
  const [newest] = readReleases();
  if (newest === undefined) throw new Error('CHANGELOG.md has no release; nothing was packaged.');
  return newest;
}

function writeControl(stage: string, version: string): void {
  const files = filesBelow(stage);
  const regular = files.filter((file) => lstatSync(file).isFile());
  const sums = regular.map((file) => `${md5(file)}  ${relative(stage, file)}\n`).sort();
  const kibibytes = files.reduce((sum, file) => sum + Math.ceil(Math.max(lstatSync(file).size, 1) / 1024), 0);
  const folder = join(stage, 'DEBIAN');
  mkdirSync(folder);
  writeFileSync(join(folder, 'control'), controlFile(version, kibibytes));
  writeFileSync(join(folder, 'md5sums'), sums.join(''));
  for (const script of ['postinst', 'postrm']) {
    writeFileSync(join(folder, script), readFileSync(join(import.meta.dirname, script)));
    chmodSync(join(folder, script), 0o755);
  }
}

/**
 * xz at level 1: 3.3 s and 32 MB, where dpkg-deb's own level 6 takes 24 s for 27 MB, and a test run packs each time
 * something has changed. With the release's date on every file two builds give the same package.
 */
function pack(stage: string, deb: string, epoch: number): void {
  for (const path of [...filesBelow(stage), stage]) {
    const kind = lstatSync(path);
    // Whatever the umask of the build was.
    if (!kind.isSymbolicLink())
      chmodSync(path, kind.isDirectory() || (kind.mode & 0o100) !== 0 ? 0o755 : 0o644);
    lutimesSync(path, epoch, epoch);
  }
  execFileSync('dpkg-deb', ['--root-owner-group', '-Zxz', '-z1', '--build', stage, deb], {
    env: { PATH: process.env.PATH, LC_ALL: 'C', SOURCE_DATE_EPOCH: String(epoch) },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Everything below a folder, folders after what they hold. */
function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? [...filesBelow(path), path] : [path];
    });
}

function md5(file: string): string {
  return createHash('md5').update(readFileSync(file)).digest('hex');
}

if (import.meta.main) {
  const started = performance.now();
  try {
    const deb = await makePackage();
    console.log(
      `${relative(PROJECT, deb)} is ready (${((performance.now() - started) / 1000).toFixed(1)} s)`,
    );
  } catch (error) {
    console.error(`No package was made: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
