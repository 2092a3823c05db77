import type { Env } from '../env/env.ts';
import { MASTER_STARTING } from '../env/paths.ts';

/** Whether a `start` of the master role is under way on this host, by the process id it wrote down. */
export function isRoleStarting(env: Env): boolean {
  const starting = env.files.read(MASTER_STARTING);
  const pid = starting.kind === 'text' ? Number(starting.text.trim()) : 0;
  return Number.isSafeInteger(pid) && pid > 1 && env.host.processExists(pid);
}
