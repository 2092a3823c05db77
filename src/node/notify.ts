import { readMasterNode } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { fencedByNotification, readNotification } from '../ocf/notify.ts';
import { type ActionResult, SUCCESS } from '../ocf/result.ts';
import { forgetQuiet } from '../sweep/quiet.ts';
import { isStarted } from './run-state.ts';

/** A start arrives within milliseconds of a post/stop after a master's death; the later sweep waits for the other. */
const SWEEP_WAIT_MS = 10_000;

/**
 * Every notification is only a reason to look at the whole cluster: of two fenced nodes Pacemaker names one.
 * Never fails: Pacemaker would pretend success, and nothing is repeated.
 */
export async function notify(context: ActionContext): Promise<ActionResult> {
  const { env, parameters } = context;
  const notification = readNotification(env.vars);
  if (notification === undefined || !isStarted(env)) return SUCCESS;
  // Before the event nothing has happened yet, and a slow answer here delays the event itself.
  if (notification.type === 'pre') return SUCCESS;
  if (readMasterNode(env.files, parameters.dataDir).kind !== 'ok') return SUCCESS;
  forgetQuiet(env);
  const notifiedFenced = fencedByNotification(notification);
  const { look } = await import('./look.ts');
  const reasons = await look(context, { trigger: 'notify', notifiedFenced, sweepWaitMs: SWEEP_WAIT_MS });
  for (const { code, text } of reasons)
    env.log('info', `after ${notification.type}/${notification.operation}: ${code} ${text}`);
  return SUCCESS;
}
