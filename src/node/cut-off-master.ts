import { MASTER_RELEASED, STAYS_UP } from '../env/paths.ts';
import { runningDaemon } from '../ganeti/daemon-process.ts';
import { MASTER_DAEMONS, stopMasterDaemons } from '../ganeti/master-daemons.ts';
import { deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { isMasterConfigured } from '../pacemaker/cib-file.ts';
import { queryQuorum } from '../pacemaker/quorum.ts';

/** As the stop of the master role has it, where there are daemons to lose. */
const QUORUM_TIMEOUT_MS = 1_500;

/**
 * Where there is a master that no master role of Pacemaker's would stop: the role was released here with quorum and
 * the host was cut off before a successor came, or somebody moved it here by hand a moment before. The stop of the
 * node role is then the last that comes here, or its look, while Pacemaker waits for the start of a successor that hangs;
 * and no failover reaches this node any more.
 */
export async function stopCutOff({ env, call, parameters }: ActionContext): Promise<void> {
  const released = env.files.read(MASTER_RELEASED);
  if (released.kind === 'text' && released.text.includes(STAYS_UP)) return;
  const { runDir } = parameters;
  const living = MASTER_DAEMONS.filter((daemon) => runningDaemon(env, runDir, daemon).kind === 'running');
  if (living.length === 0) return;
  if (!isMasterConfigured(env)) return;
  const quorum = await queryQuorum(env, QUORUM_TIMEOUT_MS);
  if (quorum.kind !== 'unavailable' && quorum.quorum) return;
  // Where the role stands, its own stop decides; a slow crm_node must not end a healthy master.
  if (quorum.kind === 'unavailable' && released.kind !== 'text') return;
  const why =
    quorum.kind === 'unavailable' ? `quorum unknown (${quorum.message})` : 'this partition has no quorum';
  env.log('warning', `stopping the master daemons and the master IP: ${why}`);
  const stopped = await stopMasterDaemons(env, parameters, deadlineIn(env.clock, call.timeoutMs).left());
  if (stopped.kind === 'failed')
    env.log('error', `GNH117 master daemons not all stopped: ${stopped.message}`);
}
