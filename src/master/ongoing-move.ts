import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { agentLook } from '../sweep/agent-look.ts';
import { verdictOf } from './cluster-view.ts';

/**
 * How long `gnt-cluster master-failover` may go on after it has named the new master in everybody's ssconf: it starts
 * the daemons there, whose vote waits for each dead node.
 */
const MOVE_MS = 45_000;

/**
 * Waits for the end of a move to another living node that has just begun, somebody's by hand. Taking the role back in
 * the middle of it leaves two masters: the daemons of the other one come up after our failover has stopped them.
 */
export async function awaitOngoingMove(
  context: ActionContext,
  ssconf: Ssconf,
  deadline: Deadline,
): Promise<void> {
  const { env, parameters } = context;
  const file = env.files.stat(`${parameters.dataDir}/ssconf_master_node`);
  const ageMs = file.kind === 'file' ? env.clock.now() - file.mtimeMs : MOVE_MS;
  // One of the future is of a clock that was set back, and tells nothing.
  if (ageMs < 0 || ageMs >= MOVE_MS) return;
  const verdict = verdictOf(await agentLook(context, ssconf), ssconf.masterNode);
  if (verdict !== 'alive' && verdict !== 'left') return;
  env.log('info', `the role has just moved to ${ssconf.masterNode}; waiting for the end of that move`);
  await env.clock.sleep(Math.min(MOVE_MS - ageMs, deadline.left() / 3));
}
