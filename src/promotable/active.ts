import type { Env, WriteResult } from '../env/env.ts';
import { PROMOTABLE_STARTED } from '../env/paths.ts';
import { markReleased } from '../master/run-state.ts';

/**
 * Whether Pacemaker has started an instance here, as unpromoted at least. Whether it is promoted is the run state of
 * the master role, which both forms share. Below /run, so a reboot forgets it.
 */
export function isActive(env: Env): boolean {
  return env.files.stat(PROMOTABLE_STARTED).kind === 'file';
}

export function markActive(env: Env): WriteResult {
  return env.files.write(PROMOTABLE_STARTED, `${env.clock.now()}\n`);
}

export function markInactive(env: Env): WriteResult {
  return env.files.remove(PROMOTABLE_STARTED);
}

/** The least a stop has to do: neither the instance nor the role counts as running here. */
export function giveUp(env: Env): WriteResult {
  const released = markReleased(env);
  const inactive = markInactive(env);
  return released.kind === 'failed' ? released : inactive;
}
