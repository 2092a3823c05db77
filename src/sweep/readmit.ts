import type { Env } from '../env/env.ts';
import { confdPing } from '../ganeti/confd.ts';
import { submitJob } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { queryHypervisors, queryPrimaries } from '../ganeti/luxi-instances.ts';
import type { MarkedNode } from '../ganeti/luxi-marks.ts';
import { readmittedMark } from '../ganeti/node-marks.ts';
import { askNoded } from '../ganeti/noded-rpc.ts';
import { changeNode, type JobReason, type Opcode, redistributeConfig } from '../ganeti/opcodes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { removeTags, setTags } from '../ganeti/tag-opcodes.ts';
import { pacemakerNameOf } from '../pacemaker/names.ts';
import type { ReadmitFacts } from '../policy/readmit.ts';
import type { Journal } from './journal.ts';
import type { JobSource } from './offline.ts';
import type { ClusterView } from './view.ts';

/** What is known already when a node's return is considered. */
export interface ReadmitRequest {
  readonly env: Env;
  readonly dataDir: string;
  readonly ssconf: Ssconf;
  readonly view: ClusterView;
  readonly node: MarkedNode;
  /** Nodes that unfinished jobs are about to mark offline. */
  readonly offlining: readonly string[];
  readonly queueDrained: boolean;
  readonly paused: string | undefined;
}

/** Learns all that may speak against taking a node back; asks the node itself, and changes nothing. Throws LuxiError. */
export async function readmitFacts(call: LuxiCall, request: ReadmitRequest): Promise<ReadmitFacts> {
  const { env, dataDir, ssconf, view, node, queueDrained, paused } = request;
  const address = ssconf.primaryIps.get(node.name);
  const [primaries, hypervisors] = await Promise.all([queryPrimaries(call), queryHypervisors(call)]);
  const [daemons, confd] =
    address === undefined
      ? [{ kind: 'failed', message: 'ssconf has no address of it' } as const, undefined]
      : await Promise.all([askNoded(env, dataDir, address, hypervisors), confdPing(env, dataDir, address)]);
  const state = view.answer.kind === 'ok' ? view.answer.state : undefined;
  const name = pacemakerNameOf(view.names, node.name);
  return {
    node: node.name,
    quorum: state?.quorum === true,
    verdict: view.verdicts.find((verdict) => verdict.node === node.name),
    fencingUnderWay:
      state?.fenceEvents.some(({ target, status }) => target === name && status === 'pending') === true,
    offlineInGaneti: node.offline,
    offlining: request.offlining.includes(node.name),
    queueDrained,
    paused,
    daemons,
    confd: confd?.kind === 'answered',
    primaries,
  };
}

/**
 * Submits the job that takes a node back and returns its id. Not by `gnt-node add --readd`: that takes the lock of the
 * whole cluster, makes new keys over ssh, forgets the node's own parameters, leaves ConfD stopped, and where it fails
 * half-way the node is online all the same (lib/cmdlib/node.py, LUNodeAdd.Exec). This opcode asks noded first, changes
 * nothing where that is silent, and touches no daemon, no disk and no instance. Throws LuxiError.
 */
export async function submitReadmit(
  call: LuxiCall,
  node: MarkedNode,
  because: string,
  from: JobSource,
  journal: Journal,
): Promise<number> {
  const why = { source: from.source, text: because, nowMs: from.nowMs };
  const job = await submitJob(call, readmitOps(node, why));
  journal.note({ event: 'readmit-submitted', node: node.name, job, because });
  return job;
}

function readmitOps({ name, marks, masterCapable, powered }: MarkedNode, why: JobReason): readonly Opcode[] {
  return [
    // Ganeti refuses a node that it remembers as switched off; this one has just answered.
    changeNode(name, { offline: false, ...(powered === false ? { powered: true } : {}) }, why),
    // Ganeti has just made it a candidate, capable or not (issue 1682).
    ...(masterCapable ? [] : [changeNode(name, { master_candidate: false }, why)]),
    // Also the files beside the configuration, which may have changed while it was away.
    redistributeConfig(why),
    ...(marks.tags.length === 0 ? [] : [removeTags({ kind: 'node', name }, marks.tags, why)]),
    setTags({ kind: 'node', name }, [readmittedMark(why.nowMs)], why),
  ];
}
