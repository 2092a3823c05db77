import { stopDaemon } from '../ganeti/daemons.ts';
import type { ActionContext } from '../ocf/dispatch.ts';

/**
 * Stops a rapi on a node that is not master: a booting old master starts it by its stale ssconf, and it stays where
 * luxid has lost its vote. It would keep the next failover to this node from starting luxid.
 */
export async function stopStrayRapi({ env, parameters }: ActionContext): Promise<void> {
  const stopped = await stopDaemon(env, parameters.runDir, 'ganeti-rapi');
  if (stopped.kind === 'failed' || stopped.how !== '')
    env.log('warning', `stray rapi: ${stopped.kind === 'failed' ? stopped.message : stopped.how}`);
}
