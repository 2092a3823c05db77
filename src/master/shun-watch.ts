import type { Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { Journal } from '../sweep/journal.ts';
import { isShunning, withdrawAnswering } from '../sweep/shunning.ts';

const POLL_MS = 50;

/**
 * Runs `failover` and withdraws the shun of a node as soon as it answers. An old master that fencing has rebooted
 * may be up in time to win Ganeti's vote against a failover that has not written its first file yet (seen in the
 * lab: 0.6 s after a reboot); Ganeti then stops it from here by its noded, which no shun may keep it from reaching.
 */
export async function withShunWatch<T>(
  context: ActionContext,
  ssconf: Ssconf,
  journal: Journal,
  failover: () => Promise<T>,
): Promise<T> {
  let over = false;
  const moved = failover().finally(() => {
    over = true;
  });
  const [result] = await Promise.all([moved, watch(context, ssconf, journal, () => over)]);
  return result;
}

async function watch(
  { env, parameters }: ActionContext,
  ssconf: Ssconf,
  journal: Journal,
  isOver: () => boolean,
): Promise<void> {
  while (!isOver() && (await isShunning(env))) {
    await withdrawAnswering(env, parameters.dataDir, ssconf, journal);
    await env.clock.sleep(POLL_MS);
  }
}
