import { isAtWork } from '../ganeti/daemon-process.ts';
import { ganetiPresence } from '../ganeti/presence.ts';
import { readSsconf } from '../ganeti/ssconf.ts';
import { boundedEnv } from '../ocf/bounded-env.ts';
import { type Deadline, deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { notInstalled } from '../ocf/not-installed.ts';
import { type ActionResult, failure, SUCCESS } from '../ocf/result.ts';
import { namedBy } from '../sweep/named-by.ts';
import { forgetQuiet } from '../sweep/quiet.ts';
import { confirmDaemons } from './confirm.ts';
import { luxidDisagrees } from './luxid-agrees.ts';
import { forgetMove } from './moved-by-hand.ts';
import { awaitOngoingMove } from './ongoing-move.ts';
import { type Role, roleOf } from './role.ts';
import { lesserMissing } from './role-parts.ts';
import { markStarted } from './run-state.ts';
import { whileStarting } from './starting.ts';
import { sweepAsMaster } from './sweep-as-master.ts';
import { takeOver } from './take-over.ts';

/** How often a doubtful role is looked at again: after a power cut of all hosts ConfD comes up later than we do. */
const DOUBT_POLL_MS = 1_000;
const LESSER_TIMEOUT_MS = 2_000;
/** How long of the call's time may be spent waiting for the others' word. */
const DOUBT_WAIT_MS = 30_000;
/** With less left no daemon is started any more that has died since the role was taken: that would fail the start. */
const MEND_MS = 15_000;

/** Takes the master role, or confirms and heals it where this node holds it already. */
export async function start(context: ActionContext): Promise<ActionResult> {
  const { env, call, parameters, simulations } = context;
  const simulated = simulations.active('start-fails');
  if (simulated !== undefined) return failure('GNH009', simulated);
  if (ganetiPresence(env, parameters.dataDir) === 'not-installed') {
    return notInstalled('the master role was not taken');
  }
  const deadline = deadlineIn(env.clock, call.timeoutMs, 5_000);
  return await whileStarting(env, () => startWithin(context, deadline));
}

async function startWithin(context: ActionContext, deadline: Deadline): Promise<ActionResult> {
  const { env, parameters } = context;
  const role = await settledRole(context, deadline.cap(DOUBT_WAIT_MS));
  const taken = await take(context, role, deadline);
  if (taken !== undefined) return taken;
  const disagrees = 'me' in role ? await luxidDisagrees(context, role.me) : undefined;
  if (disagrees !== undefined) return disagrees;
  const lacking =
    'ssconf' in role
      ? await lesserMissing(env, parameters.runDir, role.ssconf.masterIp, LESSER_TIMEOUT_MS)
      : [];
  for (const { text } of lacking) env.log('warning', `the role is started without it: ${text}`);
  const marked = markStarted(
    env,
    lacking.map(({ part }) => part),
  );
  if (marked.kind === 'failed') {
    return failure(
      'GNH008',
      `This node is master, but the run state could not be written (${marked.message}); the start does not count. Make room under /run.`,
    );
  }
  forgetQuiet(env);
  // What does not fit any more is left to the next monitor: a start that is killed here would count as failed.
  const within = { ...context, env: boundedEnv(env, deadline) };
  await forgetMove(within);
  await sweepAsMaster(within, deadline.cap(10_000));
  return 'me' in role ? await stillWhole(context, role.me, deadline) : SUCCESS;
}

/**
 * In the seconds of that sweep luxid may have died, and in partial mode no monitor looks for it: the role would count as
 * started without anybody to serve it. That it has moved meanwhile the next monitor sees.
 */
async function stillWhole(context: ActionContext, me: string, deadline: Deadline): Promise<ActionResult> {
  const { env, parameters } = context;
  if (isAtWork(env, parameters.runDir, 'ganeti-luxid') || deadline.left() < MEND_MS) return SUCCESS;
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok' || read.ssconf.masterNode !== me) return SUCCESS;
  return (await confirmDaemons(context, read.ssconf, me, deadline)) ?? SUCCESS;
}

async function take(
  context: ActionContext,
  role: Role,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  switch (role.kind) {
    case 'not-installed':
    case 'no-cluster':
      return failure(
        'GNH005',
        `No Ganeti cluster below ${context.parameters.dataDir}; the master role was not taken. Add this node to a cluster, or set data_dir.`,
      );
    case 'unreadable':
      return failure(
        'GNH006',
        `${role.message}; the master role was not taken. Run on the master: gnt-cluster redist-conf`,
      );
    case 'nameless':
      return failure('GNH007', role.message);
    case 'held':
      return await confirmDaemons(context, role.ssconf, role.me, deadline);
    case 'doubtful': {
      const { confirmDoubtful } = await import('./doubtful.ts');
      return await confirmDoubtful(context, role, deadline);
    }
    case 'elsewhere': {
      await awaitOngoingMove(context, role.ssconf, deadline);
      const now = await roleOf(context, true);
      if (now.kind !== 'elsewhere') return await take(context, now, deadline);
      const { me, ssconf } = now;
      return await takeOver(context, { me, ssconf, oldMaster: ssconf.masterNode }, deadline);
    }
    case 'stale':
      // Ganeti's failover refuses while the local ssconf names this node: the real master must refresh it first.
      return failure(
        'GNH109',
        `ssconf here names this node, but ${namedBy(role)} as master; the role was not taken. Run on ${role.master}: gnt-cluster redist-conf`,
      );
    default:
      return role satisfies never;
  }
}

async function settledRole(context: ActionContext, waitMs: number): Promise<Role> {
  const { env, simulations } = context;
  const end = env.clock.monotonic() + waitMs;
  for (;;) {
    const role = await roleOf(context, true);
    const final = role.kind !== 'doubtful' || simulations.active('votes-unreachable') !== undefined;
    if (final || env.clock.monotonic() >= end) return role;
    await env.clock.sleep(DOUBT_POLL_MS);
  }
}
