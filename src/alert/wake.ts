import type { Env } from '../env/env.ts';
import { REPAIR_LOCK, SPOOL_DIR, SWEEP_LOCK, WAKE_LOCK } from '../env/paths.ts';
import { isFencingUnderWay, type Rerun, rerunNodeMonitor } from '../pacemaker/rerun-monitor.ts';
import { withLock } from '../sweep/lock.ts';

/** Where notifications are on, one of them comes within milliseconds of the alert, and its sweep reads the spool. */
const GRACE_MS = 500;
const POLL_MS = 100;
/** From the request to the end of a sweep: half a second, and longer where luxid or a node does not answer. */
const SWEEP_MS = 6_000;
/** The repairs of a monitor take 5 s at most. */
const REPAIRS_MS = 6_000;
/** With a last request for a sweep, which takes 12 s at most, well within the 30 s that Pacemaker gives an alert agent. */
const PATIENCE_MS = 10_000;
const TOOL_TIMEOUT_MS = 3_000;

export type Woken =
  /** A sweep has read the alert. */
  | { readonly kind: 'heard' }
  /** Nobody has, and asking for it at once was not possible or did not help. */
  | { readonly kind: 'waiting'; readonly why: string };

/**
 * Sees to it that a sweep reads this file of the spool soon: waits for one that is under way or comes anyway, else has
 * Pacemaker run the node agent's monitor at once. Asks neither while a sweep or the repairs after it work, which it would
 * kill, nor while a fencing is under way, whose transition it would end, and with it the notification. The next monitor
 * finds the file in any case.
 */
export async function wakeSweep(env: Env, file: string, pacemakerName: string): Promise<Woken> {
  const { clock } = env;
  const begun = clock.monotonic();
  const heard = (): boolean => env.files.lstat(`${SPOOL_DIR}/${file}`).kind === 'missing';
  await clock.sleep(GRACE_MS);
  while (!heard()) {
    if (clock.monotonic() - begun >= PATIENCE_MS)
      return { kind: 'waiting', why: 'a sweep, repairs or a fencing were under way all the time' };
    const asked = await withLock(env, WAKE_LOCK, 0, () => ask(env, pacemakerName, heard));
    if (asked?.kind === 'failed') return { kind: 'waiting', why: asked.message };
    if (asked?.kind === 'asked' && !heard())
      return { kind: 'waiting', why: 'Pacemaker was asked to run the monitor, and no sweep came of it' };
    await clock.sleep(POLL_MS);
  }
  return { kind: 'heard' };
}

/** Under the lock, and until the sweep that was asked for is through, so that no other alert kills it. */
async function ask(
  env: Env,
  pacemakerName: string,
  heard: () => boolean,
): Promise<Rerun | { readonly kind: 'busy' }> {
  if (isAtWork(env)) return { kind: 'busy' };
  if ((await isFencingUnderWay(env, TOOL_TIMEOUT_MS)) !== false) return { kind: 'busy' };
  if (heard() || isAtWork(env)) return { kind: 'busy' };
  const asked = await rerunNodeMonitor(env, pacemakerName, TOOL_TIMEOUT_MS);
  const until = env.clock.monotonic() + SWEEP_MS;
  while (asked.kind === 'asked' && !heard() && env.clock.monotonic() < until) await env.clock.sleep(POLL_MS);
  return asked;
}

/**
 * Whose lock it is cannot be read as hacluster. A sweep's that was left behind is the next monitor's to remove; that of
 * repairs may stay for long, or be of such as are made by hand, which a monitor's end does not touch.
 */
function isAtWork(env: Env): boolean {
  if (env.files.lstat(SWEEP_LOCK).kind === 'file') return true;
  const repairs = env.files.lstat(REPAIR_LOCK);
  return repairs.kind === 'file' && Math.abs(env.clock.now() - repairs.mtimeMs) < REPAIRS_MS;
}
