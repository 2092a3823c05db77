import { stop as release } from '../master/stop.ts';
import { boundedEnv } from '../ocf/bounded-env.ts';
import { deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { ActionResult } from '../ocf/result.ts';
import { isActive, markInactive } from './active.ts';
import { liftDrain } from './drain.ts';
import { drainMark } from './drain-mark.ts';
import { withdrawScore } from './publish.ts';
import { publishedScore } from './published-score.ts';

/** A part of a stop's second. */
const SCORE_TIMEOUT_MS = 400;
/**
 * More than a stop's second, since a queue that stays drained refuses every job. Taken by a luxid that is stuck, or that
 * waits for a dead candidate before it answers.
 */
const LIFT_TIMEOUT_MS = 3_000;

/**
 * Ends the instance: the role is released, had it not been demoted before, and this node has no score any more. A
 * queue that a demote has drained is undrained, since no monitor will be here to do it; but not where the node leaves
 * for a successor, whose failover follows at once.
 */
export async function stop(context: ActionContext): Promise<ActionResult> {
  const { env, call } = context;
  const deadline = deadlineIn(env.clock, call.timeoutMs);
  const scored = isActive(env) || publishedScore(env) !== undefined;
  const [result] = await Promise.all([
    release(context),
    scored ? withdrawScore(context, SCORE_TIMEOUT_MS) : undefined,
  ]);
  if (result.code !== 0) return result;
  const inactive = markInactive(env);
  if (inactive.kind === 'failed')
    env.log('warning', `GNH116 stopped, but the run state stays: ${inactive.message}`);
  if (drainMark(env)?.leaving === false) {
    const within = { ...context, env: boundedEnv(env, deadline) };
    const lifted = await liftDrain(within, LIFT_TIMEOUT_MS);
    if (lifted.kind === 'failed') env.log('warning', `GNH357 the queue is still drained: ${lifted.message}`);
  }
  return result;
}
