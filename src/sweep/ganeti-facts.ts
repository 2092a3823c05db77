import { type LiveJob, unfinishedJobs } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { queryOfflineNodes } from '../ganeti/luxi-offline.ts';
import { type LuxiNode, queryNodes } from '../ganeti/luxi-queries.ts';
import type { Offlining } from '../policy/brake.ts';

/** What Ganeti itself knows at this moment, and every master alike: the ledger is only this host's. */
export interface GanetiFacts {
  readonly nodes: readonly LuxiNode[];
  readonly jobs: readonly LiveJob[];
  /** Nodes that unfinished jobs, whoever's, are about to mark offline. */
  readonly underway: ReadonlySet<string>;
  /** What the brake counts: offline nodes by the time of their last change, and those under way by now. */
  readonly offlinings: readonly Offlining[];
}

/**
 * Asks for static fields and jobs only. An offline node whose time is not known counts as changed just now: too few
 * are marked rather than too many. Throws LuxiError.
 */
export async function askGaneti(call: LuxiCall, nowMs: number): Promise<GanetiFacts> {
  const [nodes, offline, jobs] = await Promise.all([
    queryNodes(call),
    queryOfflineNodes(call),
    unfinishedJobs(call),
  ]);
  const underway = new Set(jobs.flatMap(({ offlines }) => offlines));
  const offlinings = [
    ...offline.map(({ node, changedMs }) => ({ node, atMs: changedMs ?? nowMs })),
    ...[...underway].map((node) => ({ node, atMs: nowMs })),
  ];
  return { nodes, jobs, underway, offlinings };
}
