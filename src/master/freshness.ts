import type { Verdict } from '../evidence/verdict.ts';
import { knownOfflineSince } from '../ganeti/known-offline.ts';
import { pollCandidates, possibleNewcomers } from '../ganeti/own-votes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { newestBeside } from '../ganeti/votes.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure } from '../ocf/result.ts';

const LIVING_TIMEOUT_MS = 1_000;
/** Room for one repeated question; most of those who are away do not answer at all. */
const AWAY_TIMEOUT_MS = 400;

/**
 * Ganeti's master-failover compares no serials: a candidate that missed changes wins, and the changes are lost
 * (ganeti issue 1242). Undefined where this node's configuration is as new as any other that can be reached, be it on
 * a node whose Pacemaker is down. A newer one is never overruled; a living candidate that keeps silent may be, by
 * parameter. Those proven dead are not asked, so that a failover does not wait for them. A living node that is no
 * candidate here is asked, too: it may have become one in the very changes that this node has missed.
 */
export async function refuseOlderConfiguration(
  context: ActionContext,
  ssconf: Ssconf,
  me: string,
  verdicts: readonly Verdict[],
): Promise<ActionResult | undefined> {
  const { env, parameters } = context;
  const are = (kind: 'alive' | 'fenced'): ReadonlySet<string> =>
    new Set(verdicts.filter(({ verdict }) => verdict === kind).map(({ node }) => node));
  const living = are('alive');
  const dead = are('fenced');
  const poll = (masterCandidates: readonly string[], timeoutMs: number): ReturnType<typeof pollCandidates> =>
    pollCandidates(env, parameters.dataDir, { ...ssconf, masterCandidates }, me, timeoutMs);
  const away = ssconf.masterCandidates.filter((node) => !living.has(node) && !dead.has(node));
  const newcomers = possibleNewcomers(ssconf).filter((node) => living.has(node));
  const [{ votes, mySerial }, others] = await Promise.all([
    poll(
      ssconf.masterCandidates.filter((node) => living.has(node)),
      LIVING_TIMEOUT_MS,
    ),
    poll([...away, ...newcomers], AWAY_TIMEOUT_MS),
  ]);
  const all = [...votes, ...others.votes];
  const newest = newestBeside(mySerial, me, all);
  if (newest !== undefined) {
    return failure(
      'GNH103',
      `${newest.voter} has a newer configuration (serial ${newest.serial}, here ${mySerial ?? 'unreadable'}); the role was not taken here, changes would be lost. Let ${newest.voter} take it.`,
    );
  }
  const known = knownOfflineSince(env, parameters.dataDir);
  if (known !== undefined && parameters.staleConfig !== 'allow') {
    return failure(
      'GNH103',
      `${me} was marked offline in Ganeti (serial ${known}, here ${mySerial ?? 'unreadable'}), and who did that is gone; the role was not taken here, changes would be lost. Bring ${ssconf.masterNode} back.`,
    );
  }
  const silent = votes.filter(({ says }) => says.kind === 'silent').map(({ voter }) => voter);
  if (mySerial !== undefined && silent.length === 0) return undefined;
  const what =
    mySerial === undefined
      ? 'the serial of the own configuration cannot be read'
      : `${silent.join(', ')} do not tell their serial`;
  if (parameters.staleConfig === 'allow') {
    env.log('warning', `GNH104 ${what}; going on, since stale_config=allow`);
    return undefined;
  }
  return failure(
    'GNH104',
    `${what}, so a newer configuration may exist; the role was not taken. Run there: daemon-util start ganeti-confd`,
  );
}
