import { processAgeMs, runningDaemon } from '../ganeti/daemon-process.ts';
import { stopStrayMasterDaemons } from '../ganeti/master-daemons.ts';
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
export async function stopStrayMaster(
  { env, parameters }: ActionContext,
  ssconf: Ssconf,
  me: string,
): Promise<boolean> {
  const { dataDir, runDir } = parameters;
  const luxid = runningDaemon(env, runDir, 'ganeti-luxid');
  if (luxid.kind !== 'running') return false;
  if ((processAgeMs(env, luxid.pid) ?? 0) < GROWN_MS) return true;
  const { votes } = await pollCandidates(env, dataDir, ssconf, me);
  const answers = votes.filter(({ says }) => says.kind === 'answered');
  const agree = answers.every(({ says }) => says.kind === 'answered' && says.master === ssconf.masterNode);
  const masterAnswers = answers.some(({ voter }) => voter === ssconf.masterNode);
  if (!agree || !masterAnswers) return true;
  const done = await stopStrayMasterDaemons(env, runDir);
  const how = done.kind === 'failed' ? done.message : done.how;
  env.log('warning', `master daemons ran here, but ${ssconf.masterNode} is master everywhere: ${how}`);
  return true;
}
