import type { Env } from '../env/env.ts';
import { MASTER_STARTING } from '../env/paths.ts';

/**
 * Runs `start` while a file tells the node agent beside us that the role is being taken: until the other candidates
 * have reloaded, their word is that the old master holds it, and this node would be taken for a stale one.
 */
export async function whileStarting<T>(env: Env, start: () => Promise<T>): Promise<T> {
  env.files.write(MASTER_STARTING, `${env.host.pid}\n`);
  try {
    return await start();
  } finally {
    env.files.remove(MASTER_STARTING);
  }
}
