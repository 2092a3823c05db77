// Disks of hosts with both clusters formed, made once per number of hosts and then used as an overlay layer.
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { making, markUsed, removeStale } from './cache.ts';
import type { Layer } from './layer/build.ts';
import { withLock } from './lock.ts';
import { cacheDir, hashFiles, newHash } from './paths.ts';

/**
 * Per host: its layers, the topmost first, with the formed cluster above Debian's packages. Our own package is not
 * part of it, so a new build needs no new snapshot. Making one takes as long as forming the cluster, about 40 s.
 */
export async function snapshotLayers(
  base: Layer,
  hosts: readonly string[],
  say: (line: string) => void = () => undefined,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const key = hashFiles(newHash(), ['host', 'form.ts', 'provision.ts', 'network.ts', 'snapshot.ts'])
    .update(base.key)
    .digest('hex')
    .slice(0, 16);
  const parent = join(cacheDir, 'snapshots');
  const dir = join(parent, `${hosts.length}-hosts-${key}`);
  if (!existsSync(dir)) {
    await withLock(`${parent}.lock`, async () => {
      if (existsSync(dir)) return;
      mkdirSync(parent, { recursive: true });
      removeStale(parent, 7);
      await makeSnapshot(join(parent, `${making}${hosts.length}-hosts`), hosts, dir, say);
    });
  }
  markUsed(dir);
  return Object.fromEntries(hosts.map((host) => [host, [join(dir, host, 'upper'), ...base.lower]]));
}

async function makeSnapshot(
  workshop: string,
  hosts: readonly string[],
  dir: string,
  say: (line: string) => void,
): Promise<void> {
  say(`making the snapshot of ${hosts.length} hosts`);
  const { openLab, closeLab } = await import('./lab.ts');
  const lab = await openLab({
    hosts: hosts.length,
    dir: workshop,
    agents: false,
    fresh: true,
    tied: true,
    say,
  });
  try {
    // Together: one after the other they would see each other leave, and the CIB would keep it.
    await Promise.all(hosts.map((host) => lab.shutdown(host)));
  } finally {
    await closeLab(lab, { keep: true });
  }
  for (const host of hosts) {
    rmSync(join(lab.paths.disks, host, 'work'), { recursive: true, force: true });
    rmSync(join(lab.paths.disks, host, 'upper/var/log/pacemaker/pacemaker.log'), { force: true });
    rmSync(join(lab.paths.disks, host, 'upper/var/log/corosync/corosync.log'), { force: true });
  }
  renameSync(lab.paths.disks, dir);
  rmSync(workshop, { recursive: true, force: true });
}
