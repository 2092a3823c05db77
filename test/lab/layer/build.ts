// The cached layers: Debian's packages, and above them our own package.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { making, markUsed, removeStale } from '../cache.ts';
import { withLock } from '../lock.ts';
import { cacheDir, hashFiles, labSourceDir, newHash, projectDir } from '../paths.ts';
import { enterOverlay } from './enter.ts';

export interface Layer {
  /** Changes whenever the content would. */
  readonly key: string;
  /** Directories for overlay's lowerdir, the topmost first, without the final `/`. */
  readonly lower: readonly string[];
}

// Under /mnt, which is a tmpfs while the layer is made: the mount points do not stay in the layer.
const sources = { source: labSourceDir, target: '/mnt/lab' };
// An apt run downloads about 70 MiB; ten minutes is a slow line, not a hang.
const installTimeoutMs = 600_000;

/**
 * Debian's packages in an overlay of the lab's own, so that the machine stays as it is. Built once (about half
 * a minute), again when the list or the machine's own packages change.
 */
export async function packageLayer(): Promise<Layer> {
  const key = hashFiles(newHash(), ['layer/packages.txt', 'layer/install.sh'])
    .update(readFileSync('/var/lib/dpkg/status'))
    .digest('hex')
    .slice(0, 16);
  const packages = readFileSync(join(labSourceDir, 'layer', 'packages.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
  const dir = await built(join(cacheDir, 'layer', key), 7, 'Debian packages', async (keep) => {
    await enterOverlay(['/mnt/lab/layer/install.sh', '--update', ...packages], {
      lower: [],
      keep,
      binds: [sources],
      env: proxies(),
      network: true,
      timeoutMs: installTimeoutMs,
    });
  });
  return { key, lower: [join(dir, 'upper')] };
}

/** Our own package on top of the package layer, installed by apt as a user would, without a network. */
export async function agentsLayer(base: Layer, deb: string): Promise<Layer> {
  const key = newHash().update(base.key).update(readFileSync(deb)).digest('hex').slice(0, 16);
  const dir = await built(join(cacheDir, 'agents', key), 1, basename(deb), async (keep) => {
    await enterOverlay(['/mnt/lab/layer/install.sh', `/mnt/deb/${basename(deb)}`], {
      lower: base.lower,
      keep,
      binds: [sources, { source: dirname(deb), target: '/mnt/deb' }],
    });
  });
  return { key, lower: [join(dir, 'upper')] };
}

/** The package `npm run package` made last, or undefined before it ever ran. */
export function builtPackage(): string | undefined {
  const dir = join(projectDir, 'build');
  if (!existsSync(dir)) return undefined;
  const debs = readdirSync(dir).filter((name) => /^ganeti-ha_.*_amd64\.deb$/.test(name));
  const newest = debs
    .map((name) => join(dir, name))
    .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
  return newest[0];
}

// A layer is made under another name and renamed when complete: a crash leaves no half layer behind.
async function built(
  dir: string,
  maxAgeDays: number,
  what: string,
  make: (keep: string) => Promise<void>,
): Promise<string> {
  if (existsSync(dir)) return markUsed(dir);
  const parent = dirname(dir);
  await withLock(`${parent}.lock`, async () => {
    if (existsSync(dir)) return;
    mkdirSync(parent, { recursive: true });
    removeStale(parent, maxAgeDays);
    const started = Date.now();
    const temporary = join(parent, `${making}${basename(dir)}`);
    await make(temporary);
    rmSync(join(temporary, 'work'), { recursive: true, force: true });
    renameSync(temporary, dir);
    console.error(`lab: layer with ${what} made in ${((Date.now() - started) / 1000).toFixed(1)} s`);
  });
  return dir;
}

function proxies(): Record<string, string> {
  const names = ['http_proxy', 'https_proxy', 'no_proxy'];
  return Object.fromEntries(names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])));
}
