import { ganetiPresence } from '../ganeti/presence.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import { whoseName } from '../master/names-us.ts';
import { markReleased } from '../master/run-state.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { notInstalled } from '../ocf/not-installed.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { markActive } from './active.ts';
import { liftDrain } from './drain.ts';
import { forgetDrain } from './drain-mark.ts';
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
  const master = readMasterNode(env.files, parameters.dataDir);
  if (master.kind === 'missing') {
    return failure(
      'GNH005',
      `No ssconf_master_node below ${parameters.dataDir}; the resource was not started. Add this node to a cluster, or set data_dir.`,
    );
  }
  if (master.kind !== 'ok') {
    return failure(
      'GNH006',
      `${master.message}; the resource was not started. Run on the master: gnt-cluster redist-conf`,
    );
  }
  const elsewhere = (await whoseName(context, master.name)) === 'another';
  if (elsewhere) forgetDrain(env);
  else {
    const released = markReleased(env);
    if (released.kind === 'failed') return unwritten(released.message);
    // A hand-over that was cut short, be it by a power cut of all hosts.
    await liftDrain(context);
  }
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
