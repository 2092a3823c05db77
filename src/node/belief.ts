import { MASTER_RELEASED, MASTER_STARTED } from '../env/paths.ts';
import { isAtWork } from '../ganeti/daemon-process.ts';
import { knownOfflineSince } from '../ganeti/known-offline.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { Reason } from '../ocf/result.ts';
import { testClaim } from '../sweep/claim.ts';
import { namedBy } from '../sweep/named-by.ts';
import { isRoleStarting } from '../sweep/role-starting.ts';
import { stopStrayRapi } from './stray-rapi.ts';

/** Whether this node acts as master. */
export type Belief =
  | { readonly kind: 'master' }
  | { readonly kind: 'other' }
  /** Our own agent is taking or confirming the role at this moment, or has released it to a successor. */
  | { readonly kind: 'handover' }
  | {
      readonly kind: 'stale';
      /** A luxid works here, and one elsewhere. */
      readonly twoMasters: boolean;
      readonly reason: Reason;
    };

/**
 * Whether this node is the master, or only believes it: the claim is tested, also where our own agent took or
 * confirmed the role in this boot. A returning old master's rapi believes ssconf too and would keep the next failover to
 * this node from starting luxid; where a luxid works here, nothing is stopped by the candidates' word alone.
 */
export async function masterBelief(context: ActionContext, ssconf: Ssconf, me: string): Promise<Belief> {
  if (ssconf.masterNode !== me) return { kind: 'other' };
  const { env, parameters } = context;
  if (isRoleStarting(env)) return { kind: 'handover' };
  // Between the release here and the successor's first push our configuration is the older one, and must not win.
  if (env.files.stat(MASTER_RELEASED).kind === 'file') return { kind: 'handover' };
  // No news reaches a node without noded, so it asks whoever can be asked.
  const claim = await testClaim(context, ssconf, me, !isAtWork(env, parameters.runDir, 'ganeti-noded'));
  if (claim.kind === 'doubtful' && knownOfflineSince(env, parameters.dataDir) !== undefined) {
    const text = `ssconf here names this node as master, but a newer configuration has it offline, and nobody who has that one answers; this node does not act as master. Bring the newest master back.`;
    return { kind: 'stale', twoMasters: false, reason: { code: 'GNH109', text } };
  }
  if (claim.kind !== 'contradicted') return { kind: 'master' };
  if (env.files.stat(MASTER_STARTED).kind === 'file') {
    // One that names only itself may be an old master with writes that reached nobody.
    if (claim.lone) return { kind: 'master' };
    // The role was moved while this node was cut off or frozen: the master's next monitor must ask the others too.
    env.files.remove(MASTER_STARTED);
  }
  const says = `ssconf here names this node as master, but ${namedBy(claim)}`;
  if (claim.luxidWorks) {
    const which = claim.older ? `stop ${me}, whose configuration is older` : 'stop the older one';
    return {
      kind: 'stale',
      twoMasters: true,
      reason: {
        code: 'GNH109',
        text: `${says}, and luxid works here, too; it is stopped where most nodes name that one. If it stays, ${which}: /usr/lib/ganeti/daemon-util stop-master`,
      },
    };
  }
  await stopStrayRapi(context);
  return {
    kind: 'stale',
    twoMasters: false,
    reason: {
      code: 'GNH109',
      text: `${says}; this node does not act as master. It heals by itself within a minute, else run on ${claim.master}: gnt-cluster redist-conf`,
    },
  };
}
