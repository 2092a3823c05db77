import type { ActionContext } from '../ocf/dispatch.ts';
import { liftDrain } from './drain.ts';
import { drainMark, forgetDrain } from './drain-mark.ts';

/** As long as a promote may take by its advised timeout: until then a successor may be about to come. */
export const SUCCESSOR_MS = 300_000;

/**
 * On an unpromoted node with a drain of ours. Once the role is elsewhere the new master's failover has undrained the
 * queue there, and the next drain will be an administrator's. Where no successor came, jobs are accepted again.
 */
export async function endDrain(context: ActionContext, elsewhere: boolean): Promise<void> {
  const { env } = context;
  if (elsewhere) return forgetDrain(env);
  const ageMs = env.clock.now() - (drainMark(env)?.at ?? 0);
  if (ageMs >= 0 && ageMs < SUCCESSOR_MS) return;
  const lifted = await liftDrain(context);
  // A master that was rebooted has the mark and no luxid, for as long as its ssconf is stale.
  if (lifted.kind === 'failed') env.log('debug', `GNH357 the queue may still be drained: ${lifted.message}`);
}
