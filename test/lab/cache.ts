// Which of the cached layers and snapshots may go.
import { readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

/** Name prefix of what is not complete yet. */
export const making = 'making-';

/** Notes that a cached folder is in use now, and returns it. */
export function markUsed(dir: string): string {
  const now = new Date();
  utimesSync(dir, now, now);
  return dir;
}

/**
 * Removes from a cache folder what a crash left half made, and what nobody has used for `maxAgeDays`: younger ones
 * may be the ground a running lab stands on. The caller holds the folder's lock.
 */
export function removeStale(parent: string, maxAgeDays: number): void {
  for (const name of readdirSync(parent)) {
    const ageDays = (Date.now() - statSync(join(parent, name)).mtimeMs) / 86_400_000;
    if (ageDays > maxAgeDays || name.startsWith(making))
      rmSync(join(parent, name), { recursive: true, force: true });
  }
}
