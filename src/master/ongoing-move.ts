import type { Env } from '../env/env.ts';
import { MASTER_OVERRULED } from '../env/paths.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { agentLook } from '../sweep/agent-look.ts';
import { verdictOf } from './cluster-view.ts';

/** This node held the role, and saw that somebody moved it: from now on the move may take its time. */
export function noteMove({ files }: Env): void {
  files.write(MASTER_OVERRULED, '');
}

/**
 * How long `gnt-cluster master-failover` may go on after it has named the new master in everybody's ssconf: it starts
 * the daemons there, whose vote waits for each dead node.
 */
const MOVE_MS = 45_000;

/**
 * Waits for the end of a move by hand to another living node, which this node has just noticed. Taking the role back in
 * the middle of it leaves two masters: the daemons of the other one come up after our failover has stopped them.
 */
export async function awaitOngoingMove(
  context: ActionContext,
  ssconf: Ssconf,
  deadline: Deadline,
): Promise<void> {
  const { env } = context;
  const file = env.files.stat(MASTER_OVERRULED);
  const ageMs = file.kind === 'file' ? env.clock.now() - file.mtimeMs : MOVE_MS;
  if (file.kind === 'file') env.files.remove(MASTER_OVERRULED);
  // One of the future is of a clock that was set back, and tells nothing.
  if (ageMs < 0 || ageMs >= MOVE_MS) return;
  const verdict = verdictOf(await agentLook(context, ssconf), ssconf.masterNode);
  if (verdict !== 'alive' && verdict !== 'left') return;
  env.log('info', `the role has just moved to ${ssconf.masterNode}; waiting for the end of that move`);
  await env.clock.sleep(Math.min(MOVE_MS - ageMs, deadline.left() / 3));
}
