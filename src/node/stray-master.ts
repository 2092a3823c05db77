import type { Env } from '../env/env.ts';
import { MASTER_RELEASED, STAYS_UP } from '../env/paths.ts';
import { processAgeMs, runningDaemon } from '../ganeti/daemon-process.ts';
import type { DaemonResult } from '../ganeti/daemons.ts';
import { stopMasterDaemons, stopStrayMasterDaemons } from '../ganeti/master-daemons.ts';
import { pollCandidates } from '../ganeti/own-votes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';

/** A younger one is on its way down, by the failover that moved the role. */
const GROWN_MS = 20_000;

/**
 * Stops a luxid, and what goes with it, on a node that Ganeti's configuration here and everywhere else does not call
 * master: it won its vote a moment before the role moved and came up after the failover had stopped what it found.
 * Ganeti itself would not start it here any more. Whether there is one; in doubt it is left alone and looked at again.
 */
export async function stopStrayMaster(context: ActionContext, ssconf: Ssconf, me: string): Promise<boolean> {
  if (!isLuxidGrown(context)) return hasLuxid(context);
  const master = await masterOfAll(context, ssconf, me);
  if (master === ssconf.masterNode)
    await stopAll(context, `${master} is master everywhere`, stopStrayMasterDaemons);
  return true;
}

/**
 * The same where the role was released here and has moved, but nothing of the move has reached this node, as its noded
 * is dead: neither the new master's configuration, nor the failover's order to stop. By the vote of all nodes, since
 * the candidates may be others by now. Whether there is a luxid.
 */
export async function stopSucceeded(context: ActionContext, ssconf: Ssconf, me: string): Promise<boolean> {
  const released = context.env.files.read(MASTER_RELEASED);
  if (released.kind !== 'text' || released.text.includes(STAYS_UP)) return false;
  return await stopOutvoted(context, ssconf, me);
}

/**
 * The same where nothing of a move has reached this node and Pacemaker has the role elsewhere: this node names itself,
 * and the candidates that answer another. Left to people where most nodes do not name that one. Whether there is a luxid.
 */
export async function stopOutvoted(context: ActionContext, ssconf: Ssconf, me: string): Promise<boolean> {
  if (!isLuxidGrown(context)) return hasLuxid(context);
  const { env, parameters } = context;
  const { masterOfMost } = await import('../ganeti/node-votes.ts');
  const master = await masterOfMost(env, parameters.dataDir, ssconf, me);
  if (master !== undefined && master !== me)
    await stopAll(context, `most nodes name ${master} as master`, () => stopMasterDaemons(env, parameters));
  return true;
}

function hasLuxid({ env, parameters }: ActionContext): boolean {
  return runningDaemon(env, parameters.runDir, 'ganeti-luxid').kind === 'running';
}

function isLuxidGrown({ env, parameters }: ActionContext): boolean {
  const luxid = runningDaemon(env, parameters.runDir, 'ganeti-luxid');
  return luxid.kind === 'running' && (processAgeMs(env, luxid.pid) ?? 0) >= GROWN_MS;
}

/** Whom all other candidates that answer name, where that one is among them. */
async function masterOfAll(
  { env, parameters }: ActionContext,
  ssconf: Ssconf,
  me: string,
): Promise<string | undefined> {
  const { votes } = await pollCandidates(env, parameters.dataDir, ssconf, me);
  const answers = votes.flatMap(({ voter, says }) =>
    says.kind === 'answered' ? [{ voter, master: says.master }] : [],
  );
  const master = answers[0]?.master;
  const agree = answers.every((one) => one.master === master);
  return agree && answers.some(({ voter }) => voter === master) ? master : undefined;
}

async function stopAll(
  { env, parameters }: ActionContext,
  why: string,
  end: (env: Env, runDir: string) => Promise<DaemonResult>,
): Promise<void> {
  const done = await end(env, parameters.runDir);
  const how = done.kind === 'failed' ? done.message : done.how;
  env.log('warning', `master daemons ran here, but ${why}: ${how}`);
}
