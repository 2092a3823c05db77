import { ganetiPresence } from '../ganeti/presence.ts';
import { roleOf } from '../master/role.ts';
import { markReleased } from '../master/run-state.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { notInstalled } from '../ocf/not-installed.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { markActive } from './active.ts';
import { liftDrain } from './drain.ts';
import { forgetDrain } from './drain-mark.ts';
import { endHandOver, hasBegunHandOver } from './failed-hand-over.ts';
import { publishCandidacyNow } from './publish.ts';

/**
 * Makes this node ready to be promoted: unpromoted, with a score where it is a candidate. Where Ganeti's files name it
 * as master it counts as one that has released the role; the daemons go on, and a promote confirms them.
 */
export async function start(context: ActionContext): Promise<ActionResult> {
  const { env, parameters, simulations } = context;
  const simulated = simulations.active('start-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  if (ganetiPresence(env, parameters.dataDir) === 'not-installed') {
    return notInstalled('the resource was not started');
  }
  const role = await roleOf(context, true);
  if (role.kind === 'no-cluster') {
    return failure(
      'GNH005',
      `No Ganeti cluster below ${parameters.dataDir}; the resource was not started. Add this node to a cluster, or set data_dir.`,
    );
  }
  if (role.kind === 'unreadable') {
    return failure(
      'GNH006',
      `${role.message}; the resource was not started. Run on the master: gnt-cluster redist-conf`,
    );
  }
  if (role.kind === 'nameless') return failure('GNH007', role.message);
  if (role.kind === 'elsewhere') forgetDrain(env);
  // A returning old master has not released the role but lost it: the node agent shall go on calling it stale.
  else if (role.kind !== 'stale') {
    const released = markReleased(env);
    if (released.kind === 'failed') return unwritten(released.message);
    // A hand-over that was cut short, be it by a power cut of all hosts.
    const lifted = await liftDrain(context);
    if (lifted.kind === 'failed')
      env.log('info', `GNH357 the queue may still be drained, the monitor tries again: ${lifted.message}`);
  }
  // A promote that was killed, and no monitor between it and the next.
  if (hasBegunHandOver(env)) await endHandOver(context);
  const active = markActive(env);
  if (active.kind === 'failed') return unwritten(active.message);
  await publishCandidacyNow(context);
  return SUCCESS;
}

function unwritten(message: string): ActionResult {
  return failure(
    'GNH008',
    `The run state could not be written (${message}); the resource was not started. Make room under /run.`,
  );
}
