import type { Env } from '../env/env.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Reason } from '../ocf/result.ts';
import type { ShunResult } from '../shun/shun.ts';
import { answering } from './answering.ts';
import { pendingJobs } from './jobs-pending.ts';
import { type Journal, openJournal } from './journal.ts';

/**
 * Refuses TCP to the nodes that are proven dead, so that Ganeti's tools do not wait 5 s for each answer that
 * cannot come (measured: master-failover 37.7 -> 8.7 s, marking offline 19.8 -> 1.7 s). Only for `fenced`,
 * and not for one that answers: it is up again, and an old master that is up must be reached to be stopped.
 * Nothing depends on it: a failure is told and forgotten. `silent` were asked a moment ago and need not be again.
 */
export async function shunFenced(
  env: Env,
  dataDir: string,
  verdicts: readonly Verdict[],
  ssconf: Ssconf,
  journal: Journal,
  silent: readonly string[] = [],
): Promise<void> {
  const fenced = verdicts.filter(({ verdict }) => verdict === 'fenced').map(({ node }) => node);
  if (fenced.length === 0) return;
  const { currentShuns, shun } = await import('../shun/shun.ts');
  const known = new Set(currentShuns(env).map(({ name }) => name));
  const unknown = fenced.filter((node) => !known.has(node));
  const unasked = unknown.filter((node) => !silent.includes(node));
  const back = await answering(env, dataDir, unasked, ssconf);
  const fresh = unknown.filter((node) => !back.includes(node));
  if (fresh.length === 0) return;
  const nodes = fresh.map((name) => {
    const sshPort = ssconf.sshPorts.get(name);
    return {
      name,
      addresses: addressesOf(name, ssconf),
      reason: 'fenced',
      ...(sshPort === undefined ? {} : { sshPort }),
    };
  });
  note(await shun(env, nodes, env.clock.now()), fresh, journal);
  await endHanging(env, fresh, ssconf, journal);
}

/** Ends what hangs in a call to these dead nodes; noted where there was something. A failure is told to nobody else. */
export async function endHanging(
  env: Env,
  nodes: readonly string[],
  ssconf: Ssconf,
  journal: Journal,
): Promise<void> {
  if (nodes.length === 0) return;
  const { endConnections } = await import('../shun/connections.ts');
  const ended = await endConnections(
    env,
    nodes.flatMap((node) => addressesOf(node, ssconf)),
  );
  if (ended.kind === 'failed')
    env.log('warning', `connections to ${nodes.join(', ')} not ended: ${ended.message}`);
  else if (ended.count > 0)
    journal.note({
      event: 'connections-ended',
      nodes,
      result: `${ended.count} ended, so that nobody waits for the dead`,
    });
}

/**
 * Withdraws shuns whose reason is over: the node is a member again or not proven dead any more, Ganeti has it
 * offline and thus leaves it alone by itself, or the shun is too old. Offline is enough, since the administrator's
 * `gnt-node add --readd` of a repaired node goes to its ssh port before Pacemaker runs there.
 */
export async function withdrawShuns(
  env: Env,
  verdicts: readonly Verdict[],
  ssconf: Ssconf,
  journal: Journal,
): Promise<void> {
  const { currentShuns, expiredShuns, withdraw } = await import('../shun/shun.ts');
  const shuns = currentShuns(env);
  if (shuns.length === 0) return;
  const busy = new Set(pendingJobs(journal.entries()).map(({ node }) => node));
  const needed = new Set(
    verdicts.flatMap(({ node, verdict }) =>
      verdict === 'fenced' && (busy.has(node) || !ssconf.offlineNodes.includes(node)) ? [node] : [],
    ),
  );
  const expired = new Set(expiredShuns(shuns, env.clock.now()).map(({ name }) => name));
  const over = shuns.map(({ name }) => name).filter((name) => !needed.has(name) || expired.has(name));
  if (over.length === 0) return;
  note(await withdraw(env, over, env.clock.now()), over, journal);
}

/** Withdraws the shuns of nodes that answer: they are up again, before Pacemaker has them as members. */
export async function withdrawAnswering(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  journal: Journal,
): Promise<void> {
  const { currentShuns, withdraw } = await import('../shun/shun.ts');
  const shunned = currentShuns(env).map(({ name }) => name);
  const back = await answering(env, dataDir, shunned, ssconf);
  if (back.length > 0) note(await withdraw(env, back, env.clock.now()), back, journal);
}

/** `withdrawShuns` outside a sweep, on a node that is not master (any more); what it has to tell. */
export async function endShuns(
  env: Env,
  verdicts: readonly Verdict[],
  ssconf: Ssconf,
): Promise<readonly Reason[]> {
  if (!(await isShunning(env))) return [];
  const journal = openJournal(env, 'look');
  await withdrawShuns(env, verdicts, ssconf, journal);
  return journal.reasons();
}

/** Whether anything is shunned: then the next monitor has to look again. One file read. */
export async function isShunning(env: Env): Promise<boolean> {
  const { currentShuns } = await import('../shun/shun.ts');
  return currentShuns(env).length > 0;
}

function addressesOf(node: string, ssconf: Ssconf): readonly string[] {
  const all = [ssconf.primaryIps.get(node), ssconf.secondaryIps.get(node)];
  return [...new Set(all.filter((address) => address !== undefined))];
}

function note(result: ShunResult, nodes: readonly string[], journal: Journal): void {
  switch (result.kind) {
    case 'unchanged':
      return;
    case 'applied':
      journal.note({ event: 'shun', nodes, result: `shunned now: ${result.names.join(', ') || 'nobody'}` });
      return;
    case 'skipped':
    case 'failed':
      journal.tell(
        'GNH312',
        `Shunning of ${nodes.join(', ')} was skipped (${result.reason}); Ganeti works, but waits for the dead. ${result.remedy}`,
      );
      return;
    default:
      result satisfies never;
  }
}
