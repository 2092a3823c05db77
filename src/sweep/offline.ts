import type { Evidence } from '../evidence/evidence.ts';
import { needsAutoPromote } from '../ganeti/candidate-pool.ts';
import { submitJob } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { type LuxiNode, queryClusterInfo } from '../ganeti/luxi-queries.ts';
import { offlineNode } from '../ganeti/opcodes.ts';
import type { GanetiFacts } from './ganeti-facts.ts';
import type { Journal } from './journal.ts';
import { unlessRefused } from './refused.ts';

/** A node that policy wants offline, and the reason trail's text. */
export interface OfflineWish {
  readonly node: string;
  readonly because: string;
  /** The chain that this rests on, for the ledger. */
  readonly evidence?: readonly Evidence[] | undefined;
}

export interface JobSource {
  /** For Ganeti's reason trail, e.g. `ocf:ganeti:ganeti-node`. */
  readonly source: string;
  readonly nowMs: number;
}

/** A node whose offline job was submitted now. */
export interface SubmittedOffline {
  readonly node: string;
  readonly job: number;
}

/**
 * Submits the offline jobs and returns without waiting for them. What Ganeti has offline already, or what anybody's
 * job is marking so, is left alone; one that luxid refuses does not stop the others. Where luxid takes so long over one
 * that the look is too old by then (`isLate`), the rest is the next sweep's.
 * Throws LuxiError; nodes submitted before it are in the ledger.
 */
export async function submitOffline(
  call: LuxiCall,
  wishes: readonly OfflineWish[],
  { nodes, underway }: GanetiFacts,
  from: JobSource,
  journal: Journal,
  isLate: () => boolean,
): Promise<readonly SubmittedOffline[]> {
  const submitted: SubmittedOffline[] = [];
  let pool: readonly LuxiNode[] = nodes;
  const possible = wishes.filter(({ node }) => {
    const known = nodes.find(({ name }) => name === node);
    return known !== undefined && !known.offline && known.role !== 'master' && !underway.has(node);
  });
  if (possible.length === 0) return [];
  // Candidates last: Ganeti fills their places with what it has online, and must not do so with another of the dead.
  const isCandidate = ({ node }: OfflineWish): boolean =>
    nodes.some(({ name, masterCandidate }) => name === node && masterCandidate);
  const inOrder = [...possible.filter((wish) => !isCandidate(wish)), ...possible.filter(isCandidate)];
  const info = await queryClusterInfo(call);
  for (const [index, { node, because, evidence }] of inOrder.entries()) {
    // Not before the first, or a luxid that is slow in everything would never get one.
    if (index > 0 && isLate()) break;
    // Before the attempt: a sweep that finds no job after it knows that it has to look for one.
    journal.noteOnce({
      ...{ event: 'decided', node, decision: 'offline', text: because },
      ...(evidence === undefined ? {} : { evidence }),
    });
    await unlessRefused(`${node} marked offline`, journal, async () => {
      const autoPromote = needsAutoPromote(node, pool, info.candidatePoolSize);
      const why = { source: from.source, text: because, nowMs: from.nowMs };
      const job = await submitJob(call, [offlineNode(node, { autoPromote }, why)]);
      journal.note({
        event: 'offline-submitted',
        node,
        job,
        because,
        autoPromote,
        ...(evidence === undefined ? {} : { evidence }),
      });
      submitted.push({ node, job });
      pool = pool.map((entry) =>
        entry.name === node ? { ...entry, offline: true, masterCandidate: false } : entry,
      );
    });
  }
  return submitted;
}
