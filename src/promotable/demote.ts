import { stop as release } from '../master/stop.ts';
import { deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { ActionResult } from '../ocf/result.ts';
import { liftDrain } from './drain.ts';
import { emptyQueue } from './hand-over.ts';
import { publishCandidacyNow } from './publish.ts';

/** What the release may take: without quorum it stops the master daemons. */
const RESERVE_MS = 20_000;

/**
 * Gives the master role up for a successor: the job queue is drained, running jobs may end until shortly before this
 * call's timeout, then the role is released as a stop of the primitive does it. The queue stays drained until the
 * successor's failover has undrained it; where none comes, this node's monitor undrains it.
 */
export async function demote(context: ActionContext): Promise<ActionResult> {
  const { env, call } = context;
  const deadline = deadlineIn(env.clock, call.timeoutMs, RESERVE_MS);
  let result: ActionResult | undefined;
  try {
    await withoutFailing(context, () => emptyQueue(context, deadline));
    result = await release(context);
  } finally {
    if (result === undefined || result.code !== 0) await withoutFailing(context, () => liftDrain(context));
  }
  if (result.code === 0) await withoutFailing(context, () => publishCandidacyNow(context));
  return result;
}

/** An error of ours in what is only desirable must not keep the role here. */
async function withoutFailing({ env }: ActionContext, step: () => Promise<unknown>): Promise<void> {
  try {
    await step();
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    env.log('error', `GNH011 internal error in demote: ${text}`);
  }
}
