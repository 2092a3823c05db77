import type { Env } from '../env/env.ts';
import { WRITE_PROBE } from '../env/paths.ts';
import type { Reason } from '../ocf/result.ts';

/** Longer than what a file system keeps within the inode: a full disk has room for a name. */
const SIZE_CHARS = 4_096;

/**
 * Whether something can be written below /var/lib, where Ganeti has its configuration and its jobs. On a full or
 * read-only disk its daemons answer every question as before, and take no job: nothing else would show it before the
 * night it is needed. Not synced: a disk that hangs must not hang the monitor.
 */
export function stateDiskTrouble(env: Env): Reason | undefined {
  const created = env.files.create(WRITE_PROBE, 'x'.repeat(SIZE_CHARS));
  // `exists`: an earlier monitor was killed between the two.
  const removed = env.files.remove(WRITE_PROBE);
  const failed = [created, removed].find((result) => result.kind === 'failed');
  if (failed?.kind !== 'failed') return undefined;
  return {
    code: 'GNH371',
    text: `Nothing can be written below /var/lib (${failed.message}); Ganeti takes no job so. See: df -h /var/lib/ganeti; df -i /var/lib/ganeti`,
  };
}
