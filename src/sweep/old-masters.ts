import { luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { type MasterNetwork, queryMasterNetwork } from '../ganeti/luxi-master-network.ts';
import { askLuxid } from '../ganeti/luxid.ts';
import { dropMasterIpOn, masterForNoded, stopMasterOn } from '../ganeti/noded-rpc.ts';
import type { Journal } from './journal.ts';
import type { Worker } from './luxi-work.ts';
import { tellWhoIsBack } from './owed-masters.ts';
import { roundsLeft } from './role-taken.ts';

const LUXI_TIMEOUT_MS = 2_000;
/** Who has just died shall not hold up a sweep. */
const NODED_TIMEOUT_MS = 1_000;

/**
 * Tells the other candidates once more to stop the master's daemons, as Ganeti's failover tells the old master. That
 * one tells only the node it takes the role from, once: a luxid that comes up a moment later goes on, and so does that
 * of a master before the old one, whose failover was cut off. The agents stop what they find on their own nodes, but
 * none runs on a node in standby or in maintenance, or on one that has left Pacemaker in order. Only a node that itself
 * names this one as master is told: nothing of the role has a right to run there. Whom no round reached is owed the
 * word, owed-masters.ts. `ipOwed`: another host has the master IP still, and is told to drop it, too. Whether the next
 * monitor has to look again.
 */
export async function stopOldMasters(
  worker: Worker,
  reachable: ReadonlySet<string>,
  ipOwed: boolean,
  journal: Journal,
): Promise<boolean> {
  const { env, ssconf, parameters } = worker;
  const rounds = roundsLeft(env);
  if (rounds === undefined && !ipOwed) return false;
  const due = rounds?.due === true;
  const more = rounds?.pressing === true;
  if (!due && !ipOwed && more) return true;
  const { masterNode } = ssconf;
  const luxid = await askLuxid(env, parameters.runDir, LUXI_TIMEOUT_MS);
  // ssconf may be stale, a luxid that serves has won its vote.
  if (luxid.kind !== 'answers' || luxid.masterNode !== masterNode) return more;
  // Not in the call for the master IP, before which nobody has been marked offline yet.
  if (rounds !== undefined && rounds.owed.length > 0 && !ipOwed) {
    const owed = stillCandidates(worker, rounds.owed);
    let asked: Promise<MasterNetwork | undefined> | undefined;
    const network = (): Promise<MasterNetwork | undefined> => (asked ??= masterNetwork(worker));
    rounds.stillOwed(await tellWhoIsBack(worker, owed, rounds.takenFrom, network, journal));
  }
  if (!due && !ipOwed) return more;
  const network = ipOwed ? await masterNetwork(worker) : undefined;
  const others = ssconf.masterCandidates.filter((node) => node !== masterNode && reachable.has(node));
  const told = (await Promise.all(others.map((node) => tell(worker, node, network)))).flat();
  const who = told.join(', ');
  if (ipOwed && who !== '') env.log('info', `told once more to give up what they have of the role: ${who}`);
  if (!due) return more;
  const candidates = stillCandidates(worker, ssconf.masterCandidates);
  return rounds.made(candidates.filter((node) => !told.includes(node)));
}

/** Also one that is lost: it may come back in standby, where no agent runs. */
function stillCandidates({ ssconf }: Worker, nodes: readonly string[]): readonly string[] {
  return nodes.filter(
    (node) =>
      node !== ssconf.masterNode &&
      ssconf.masterCandidates.includes(node) &&
      !ssconf.offlineNodes.includes(node),
  );
}

/** Its name, where it was told. */
async function tell(
  { env, ssconf, parameters: { dataDir } }: Worker,
  node: string,
  network: MasterNetwork | undefined,
): Promise<readonly string[]> {
  const address = ssconf.primaryIps.get(node);
  if (address === undefined) return [];
  const named = await masterForNoded(env, dataDir, address, NODED_TIMEOUT_MS);
  if (named !== ssconf.masterNode) return [];
  const failed = await stopMasterOn(env, dataDir, address);
  if (failed !== undefined) env.log('warning', `${node} was told to stop the master daemons: ${failed}`);
  if (network === undefined) return [node];
  const kept = await dropMasterIpOn(env, dataDir, address, ssconf.masterIp, network);
  if (kept !== undefined) env.log('warning', `${node} was told to drop the master IP: ${kept}`);
  return [node];
}

async function masterNetwork({ env, parameters }: Worker): Promise<MasterNetwork | undefined> {
  const options = {
    socket: luxiSocket(parameters.runDir),
    connectTimeoutMs: LUXI_TIMEOUT_MS,
    requestTimeoutMs: LUXI_TIMEOUT_MS,
  };
  const answer = await withLuxi(env, options, queryMasterNetwork);
  return answer.kind === 'ok' ? answer.value : undefined;
}
