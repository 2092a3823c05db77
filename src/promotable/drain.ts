import { type LuxiCall, type LuxiResult, luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { queryConfigValues } from '../ganeti/luxi-queries.ts';
import { setQueueDrained } from '../ganeti/queue.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { record } from '../sweep/ledger.ts';
import { drainMark, forgetDrain, isSuperseded, markDrain, signFlag } from './drain-mark.ts';

const CONNECT_TIMEOUT_MS = 2_000;
const QUERY_TIMEOUT_MS = 3_000;
/** luxid tells the other candidates before it answers, and waits 5 s for one that is dead. */
const SET_TIMEOUT_MS = 10_000;

export type Drained =
  /** By us, now or in an earlier attempt. */
  | { readonly kind: 'ours' }
  /** By an administrator, who alone may undrain it. */
  | { readonly kind: 'administrators' }
  | { readonly kind: 'not-drained'; readonly message: string };

export type Lifted =
  /** Nothing of ours is drained. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'lifted' }
  | { readonly kind: 'failed'; readonly message: string };

/** Drains the job queue for a hand-over, and leaves a mark that it was us. `leaving`: see DrainMark. */
export async function drainQueue(context: ActionContext, leaving: boolean): Promise<Drained> {
  const { env, parameters } = context;
  const before = await onLuxid(context, QUERY_TIMEOUT_MS, queryConfigValues);
  if (before.kind === 'failed') return { kind: 'not-drained', message: before.error.message };
  const mark = drainMark(env);
  const ours = mark !== undefined && !isSuperseded(env, parameters.dataDir, mark);
  if (before.value.queueDrained && !ours) {
    forgetDrain(env);
    return { kind: 'administrators' };
  }
  const marked = markDrain(env, { why: 'hand-over', leaving });
  // Without a mark nobody would undrain it after a crash.
  if (marked.kind === 'failed')
    return { kind: 'not-drained', message: `its mark cannot be written: ${marked.message}` };
  if (before.value.queueDrained) {
    signFlag(env, parameters.dataDir);
    return { kind: 'ours' };
  }
  const set = await setFlag(context, true, SET_TIMEOUT_MS);
  if (set.kind === 'failed') {
    await liftDrain(context);
    return { kind: 'not-drained', message: set.message };
  }
  signFlag(env, parameters.dataDir);
  record(env, 'demote', [{ event: 'queue-drained', text: 'the master role is to be handed over' }]);
  return { kind: 'ours' };
}

/** Undrains the queue where this agent has drained it; where that fails the mark stays, and the next one tries. */
export async function liftDrain(context: ActionContext, timeoutMs = SET_TIMEOUT_MS): Promise<Lifted> {
  const { env, call, parameters } = context;
  const mark = drainMark(env);
  if (mark === undefined) return { kind: 'nothing' };
  const now = await onLuxid(context, Math.min(timeoutMs, QUERY_TIMEOUT_MS), queryConfigValues);
  if (now.kind === 'failed') return { kind: 'failed', message: now.error.message };
  if (now.value.queueDrained && isSuperseded(env, parameters.dataDir, mark)) {
    forgetDrain(env);
    return { kind: 'nothing' };
  }
  if (now.value.queueDrained) {
    const set = await setFlag(context, false, timeoutMs);
    if (set.kind === 'failed') return set;
    const text = `drained by the ${mark.why} of ${new Date(mark.at).toISOString()}`;
    env.log('info', `GNH357 the job queue is undrained: ${text}`);
    record(env, call.action, [{ event: 'queue-undrained', text }]);
  }
  forgetDrain(env);
  return { kind: 'lifted' };
}

/** Judged by the flag, not by the answer: luxid sets it first and then waits for the other candidates. */
async function setFlag(
  context: ActionContext,
  wanted: boolean,
  timeoutMs: number,
): Promise<{ readonly kind: 'done' } | { readonly kind: 'failed'; readonly message: string }> {
  const set = await onLuxid(context, timeoutMs, (call) => setQueueDrained(call, wanted));
  if (set.kind === 'ok') return { kind: 'done' };
  const now = await onLuxid(context, Math.min(timeoutMs, QUERY_TIMEOUT_MS), queryConfigValues);
  if (now.kind === 'ok' && now.value.queueDrained === wanted) return { kind: 'done' };
  return { kind: 'failed', message: set.error.message };
}

function onLuxid<T>(
  { env, parameters }: ActionContext,
  timeoutMs: number,
  use: (call: LuxiCall) => Promise<T>,
): Promise<LuxiResult<T>> {
  const options = {
    socket: luxiSocket(parameters.runDir),
    connectTimeoutMs: Math.min(CONNECT_TIMEOUT_MS, timeoutMs),
    requestTimeoutMs: timeoutMs,
  };
  return withLuxi(env, options, use);
}
