import type { Env } from '../env/env.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Simulations } from '../ocf/simulation.ts';
import { clockSetForward } from './clock-steps.ts';
import { type ClusterView, lookAtCluster } from './view.ts';

const CRM_MON_TIMEOUT_MS = 5_000;

/**
 * The look of an agent, remembered: `start`, the sweep and every monitor see the cluster the same way and share one
 * memory. `notifiedFenced`: Pacemaker's names from this call's own notification.
 */
export function agentLook(
  { env, simulations }: { readonly env: Env; readonly simulations: Simulations },
  ssconf: Ssconf,
  notifiedFenced: readonly string[] = [],
): Promise<ClusterView> {
  clockSetForward(env).remember();
  return lookAtCluster(env, {
    ganetiNodes: ssconf.nodeList,
    notifiedFenced,
    simulatedUnproven: simulations.active('fencing-unproven') !== undefined,
    timeoutMs: CRM_MON_TIMEOUT_MS,
    remember: true,
  });
}
