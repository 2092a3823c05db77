import { needsAutoPromote } from '../ganeti/candidate-pool.ts';
import { submitJob } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import type { MarkedNode } from '../ganeti/luxi-marks.ts';
import { queryClusterInfo } from '../ganeti/luxi-queries.ts';
import { roleMark } from '../ganeti/node-marks.ts';
import { changeNode, type JobReason, type Opcode } from '../ganeti/opcodes.ts';
import { removeTags, setTags } from '../ganeti/tag-opcodes.ts';
import type { DrainDecision } from '../policy/drain.ts';
import { pendingJobs } from './jobs-pending.ts';
import type { Journal } from './journal.ts';
import type { LedgerEntry } from './ledger.ts';
import type { JobSource } from './offline.ts';
import { unlessRefused } from './refused.ts';

/** A failed drain is no emergency: nobody waits for it. */
const RETRY_MS = 5 * 60_000;

/**
 * Submits the jobs that drain who has left and undrain who is back, without waiting for them. Each job also sets or
 * takes away the mark by which a later master knows that it was us. Throws LuxiError.
 */
export async function submitDrains(
  call: LuxiCall,
  decisions: readonly DrainDecision[],
  nodes: readonly MarkedNode[],
  from: JobSource,
  journal: Journal,
): Promise<void> {
  let pool = nodes;
  let poolSize: number | undefined;
  for (const decision of decisions) {
    const node = pool.find(({ name }) => name === decision.node);
    if (node === undefined || (decision.kind !== 'drain' && decision.kind !== 'undrain')) continue;
    const { because } = decision;
    const why = { source: from.source, text: because, nowMs: from.nowMs };
    if (decision.kind === 'drain') {
      poolSize ??= (await queryClusterInfo(call)).candidatePoolSize;
      const ops = drainOps(node, needsAutoPromote(node.name, pool, poolSize), why);
      await unlessRefused(`${node.name} drained`, journal, async () => {
        journal.note({ event: 'drain-submitted', node: node.name, job: await submitJob(call, ops), because });
        pool = pool.map((one) => (one === node ? { ...one, drained: true, masterCandidate: false } : one));
      });
    } else {
      await unlessRefused(`${node.name} undrained`, journal, async () => {
        const job = await submitJob(call, undrainOps(node, why));
        journal.note({ event: 'undrain-submitted', node: node.name, job, because });
      });
    }
  }
}

function drainOps({ name, serial }: MarkedNode, autoPromote: boolean, why: JobReason): readonly Opcode[] {
  return [
    changeNode(name, { drained: true, auto_promote: autoPromote }, why),
    setTags({ kind: 'node', name }, [roleMark('drained', serial)], why),
  ];
}

function undrainOps({ name, marks, masterCapable }: MarkedNode, why: JobReason): readonly Opcode[] {
  return [
    changeNode(name, { drained: false }, why),
    // Ganeti has just made it a candidate, capable or not (issue 1682).
    ...(masterCapable ? [] : [changeNode(name, { master_candidate: false }, why)]),
    removeTags({ kind: 'node', name }, marks.roleTags, why),
  ];
}

/** Nodes that a job of ours is about to change, and those for which a drain or undrain has just failed. Pure. */
export function busyNodes(entries: readonly LedgerEntry[], nowMs: number): readonly string[] {
  const failed = entries.flatMap((entry) =>
    entry.event === 'job-ended' &&
    (entry.what === 'drain' || entry.what === 'undrain') &&
    entry.outcome === 'failed' &&
    Math.abs(nowMs - entry.at) < RETRY_MS
      ? [entry.node]
      : [],
  );
  return [...failed, ...pendingJobs(entries).map(({ node }) => node)];
}
