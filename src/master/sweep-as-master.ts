import { readSsconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { expectRepairs } from '../repair/trigger.ts';
import { agentLook } from '../sweep/agent-look.ts';
import { sweep } from '../sweep/sweep.ts';

/**
 * The sweep right after the role was taken: whoever died with the old master, and the old master itself, whose
 * notification came while no master existed. Trouble here never makes the start fail; the next monitor sweeps on.
 */
export async function sweepAsMaster(context: ActionContext, lockWaitMs: number): Promise<void> {
  const { env, parameters, simulations } = context;
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') return;
  const { ssconf } = read;
  expectRepairs(env);
  try {
    await sweep({
      env,
      trigger: 'master-start',
      source: 'ocf:ganeti:ganeti-master',
      parameters,
      simulations,
      ssconf,
      lockWaitMs,
      look: () => agentLook(context, ssconf),
    });
  } catch (error) {
    env.log(
      'error',
      `GNH011 the sweep after the start failed: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
