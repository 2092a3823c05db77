import type { Env, WriteResult } from '../env/env.ts';
import { NODE_STARTED } from '../env/paths.ts';

/**
 * Whether Pacemaker has started the node role here. Without it monitor after stop would say "running", which
 * makes Pacemaker think every node active, and `ocf-tester` refuse the agent.
 */
export function isStarted(env: Env): boolean {
  return env.files.stat(NODE_STARTED).kind === 'file';
}

/** Why it cannot be told whether the role is started; undefined where it can. */
export function runStateTrouble(env: Env): string | undefined {
  const stat = env.files.stat(NODE_STARTED);
  return stat.kind === 'unreadable' ? stat.message : undefined;
}

export function markStarted(env: Env): WriteResult {
  return env.files.write(NODE_STARTED, `${env.clock.now()}\n`);
}

export function markStopped(env: Env): WriteResult {
  return env.files.remove(NODE_STARTED);
}
