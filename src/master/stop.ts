import type { Env } from '../env/env.ts';
import { isSuspended, runningDaemon } from '../ganeti/daemon-process.ts';
import { MASTER_DAEMONS, stopMasterDaemons, stopStrayMasterDaemons } from '../ganeti/master-daemons.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import { endStartingDaemons } from '../ganeti/starting-daemons.ts';
import { type Deadline, deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { record } from '../sweep/ledger.ts';
import { namedBy } from '../sweep/named-by.ts';
import { forgetQuiet } from '../sweep/quiet.ts';
import { whoseName } from './names-us.ts';
import { markReleased, runState } from './run-state.ts';

/** A stop has a second; the cluster's own word on quorum must come within half of it. */
const QUORUM_TIMEOUT_MS = 500;
/** Where no word means that working daemons are stopped, a loaded machine gets longer. */
const QUORUM_TIMEOUT_WITH_DAEMONS_MS = 1_500;
/** What is left of the init script's work takes 3 s once nobody votes any more. */
const STARTING_MS = 15_000;

/**
 * Gives the master role up, in every state of the machine. With quorum releasing is enough: the successor's
 * failover stops the daemons here, but for one that is still at its vote, which it would not find. Without quorum, or
 * without word of it, nobody could: then the daemons and the master IP are stopped here, so that two masters never
 * work side by side.
 */
export async function stop(context: ActionContext): Promise<ActionResult> {
  const { env, call, parameters, simulations } = context;
  const deadline = deadlineIn(env.clock, call.timeoutMs);
  const simulated = simulations.active('stop-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  const before = runState(env);
  const master = readMasterNode(env.files, parameters.dataDir);
  const released = markReleased(env, parameters.stopMode === 'release');
  if (released.kind === 'failed')
    env.log('warning', `GNH116 released, but not recorded: ${released.message}`);
  forgetQuiet(env);
  await withdrawShuns(context);
  const living = MASTER_DAEMONS.filter(
    (daemon) => runningDaemon(env, parameters.runDir, daemon).kind === 'running',
  );
  // No Ganeti here, or the role is surely another's: nothing of it has a right to run, so no quorum is asked.
  if (before !== 'started' && master.kind === 'missing' && living.length === 0) return SUCCESS;
  if (before !== 'started' && master.kind === 'ok') {
    if ((await whoseName(context, master.name)) === 'another') {
      await stopStray(context, living, master.name, deadline);
      return SUCCESS;
    }
  }
  const why =
    (living.length > 0 ? await contradiction(context) : undefined) ??
    (await reasonToStopDaemons(context, living.length > 0));
  const ended = living.includes('ganeti-luxid') ? '' : await endStarting(context, deadline);
  const goOn = 'released with quorum; the daemons go on until the successor takes over';
  const text = why ?? (ended === '' ? goOn : `released with quorum; ${ended}`);
  if (before === 'started') record(env, 'master-stop', [{ event: 'master-released', text }]);
  if (why !== undefined) await stopDaemons(context, why, deadline);
  return SUCCESS;
}

/** A booting master's: they would win their vote after the successor's failover has stopped what it found here. */
async function endStarting({ env, parameters }: ActionContext, deadline: Deadline): Promise<string> {
  if (parameters.stopMode === 'release') return '';
  const budgetMs = Math.min(STARTING_MS, deadline.left() / 2);
  const ended = await endStartingDaemons(env, parameters.runDir, budgetMs);
  if (ended.kind === 'done') return ended.how;
  env.log('error', `GNH117 master daemons not all stopped: ${ended.message}`);
  return ended.message;
}

async function reasonToStopDaemons(
  { env, parameters }: ActionContext,
  daemonsToLose: boolean,
): Promise<string | undefined> {
  switch (parameters.stopMode) {
    case 'release':
      return undefined;
    case 'daemons':
      return 'stop_mode=daemons';
    case 'auto': {
      const { queryQuorum } = await import('../pacemaker/quorum.ts');
      const patience = daemonsToLose ? QUORUM_TIMEOUT_WITH_DAEMONS_MS : QUORUM_TIMEOUT_MS;
      const quorum = await queryQuorum(env, patience);
      if (quorum.kind === 'unavailable') return `quorum unknown (${quorum.message})`;
      if (!quorum.quorum) return 'this partition has no quorum';
      return daemonsToLose && !takesOrders(env, parameters.runDir)
        ? 'ganeti-noded does not work here, so no successor could stop them'
        : undefined;
    }
    default:
      return parameters.stopMode satisfies never;
  }
}

/** A successor's failover reaches the daemons here by noded alone. */
function takesOrders(env: Env, runDir: string): boolean {
  const noded = runningDaemon(env, runDir, 'ganeti-noded');
  return noded.kind === 'unknown' || (noded.kind === 'running' && !isSuspended(env, noded.pid));
}

/** Where the others have another master no successor's failover will come to stop the daemons here. */
async function contradiction(context: ActionContext): Promise<string | undefined> {
  if (context.parameters.stopMode === 'release') return undefined;
  const { roleOf } = await import('./role.ts');
  const role = await roleOf(context);
  return role.kind === 'stale' ? `${namedBy(role)} as master` : undefined;
}

/** A failover that was killed leaves its own wconfd behind, which has forked twice and was started without a vote. */
async function stopStray(
  { env, parameters }: ActionContext,
  living: readonly string[],
  master: string,
  deadline: Deadline,
): Promise<void> {
  if (living.length === 0) return;
  env.log('warning', `stopping ${living.join(', ')}: ssconf names ${master} as master, and they run here`);
  const stopped = await stopStrayMasterDaemons(env, parameters.runDir, deadline.left());
  if (stopped.kind === 'failed')
    env.log('error', `GNH117 master daemons not all stopped: ${stopped.message}`);
}

async function stopDaemons(
  { env, parameters }: ActionContext,
  why: string,
  deadline: Deadline,
): Promise<void> {
  env.log('warning', `stopping the master daemons and the master IP: ${why}`);
  const stopped = await stopMasterDaemons(env, parameters, deadline.left());
  if (stopped.kind === 'failed')
    env.log('error', `GNH117 master daemons not all stopped: ${stopped.message}`);
}

/** A part of a stop's second. */
const NFT_TIMEOUT_MS = 400;

async function withdrawShuns({ env }: ActionContext): Promise<void> {
  const { mayBeShunning, withdrawAll } = await import('../shun/shun.ts');
  if (mayBeShunning(env)) await withdrawAll(env, NFT_TIMEOUT_MS);
}
