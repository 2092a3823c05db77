import type { Env } from '../env/env.ts';
import { SPOOL_DIR } from '../env/paths.ts';

const MODE = '1770';
const TIMEOUT_MS = 3_000;

/**
 * Makes the folder of the alerts where it is missing or not as it must be: /run is empty after a boot, and not every
 * system has tmpfiles.d. Trouble is only logged: without it the alerts are missing, nothing else.
 */
export async function ensureSpool(env: Env): Promise<void> {
  const stat = env.files.lstat(SPOOL_DIR);
  if (stat.kind === 'directory' && stat.uid === env.host.uid && stat.mode === Number.parseInt(MODE, 8))
    return;
  const made = await env.run({
    program: 'install',
    args: ['-d', '-o', 'root', '-g', 'haclient', '-m', MODE, SPOOL_DIR],
    timeoutMs: TIMEOUT_MS,
  });
  if (made.kind === 'exited' && made.code === 0) return;
  const why = made.kind === 'exited' ? made.stderr.trim() : made.kind;
  // A machine without coreutils is a made-up one.
  env.log(
    made.kind === 'not-found' ? 'debug' : 'warning',
    `GNH384 ${SPOOL_DIR} was not made (${why}); alerts are not recorded on this node. Check: getent group haclient`,
  );
}
