// Reads from the disks of a lab, also of hosts that are off, what is needed to judge whom our agents marked offline.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isOurs, sourceOf, timestampMs } from '../../../src/ganeti/job-words.ts';
import type { Lab } from '../lab.ts';
import { shortName } from '../network.ts';
import type { LabEvent } from '../timeline.ts';
import type { Expected, LedgerOfHost } from './invariants.ts';
import type { NamedNodes, Offlining, OffliningRecord } from './sound-offlinings.ts';

/** How soon after a job luxid must have been seen to answer on the host that took it, where no ledger names it. */
const SEEN_S = 1.5;

/** What happened since this moment, in seconds since the epoch; `ledger` and `events` of the same time. */
export function offliningRecord(
  lab: Lab,
  since: number,
  ledger: readonly LedgerOfHost[],
  events: readonly LabEvent[],
  { limit, released = [] }: Pick<Expected, 'limit' | 'released'>,
): OffliningRecord {
  const jobs = ourJobs(lab).filter(({ t }) => t >= since);
  return {
    ...{ hosts: lab.hosts, events, limit, released },
    named: jobs.map(({ job, ops }): NamedNodes => ({ job, nodes: ops.flatMap(namesIn) })),
    offlinings: jobs.flatMap(({ job, t, ops }) => {
      const by = ledger.find((line) => line.job === job)?.host ?? masterAt(events, t + SEEN_S) ?? '';
      return ops
        .filter(({ OP_ID: id, offline }) => id === 'OP_NODE_SET_PARAMS' && offline === true)
        .map((op): Offlining => ({ job, host: shortName(String(op.node_name)), t, by }));
    }),
    undone: ledger.flatMap(({ event, what, outcome, node, at }) =>
      event === 'job-ended' && what === 'offline' && outcome !== 'success'
        ? [{ host: shortName(node ?? ''), t: at / 1000 }]
        : [],
    ),
  };
}

function masterAt(events: readonly LabEvent[], t: number): string | undefined {
  const before = events.filter((event) => event.event === 'luxid' && event.t <= t);
  return before.findLast(({ value }) => value === 'answers')?.host;
}

type Op = Readonly<Record<string, unknown>>;

interface QueuedJob {
  readonly job: number;
  /** Seconds since the epoch. */
  readonly t: number;
  readonly ops: readonly Op[];
}

/** Whatever an opcode of ours names; where it should name a node and does not, a name that is none. */
function namesIn(op: Op): readonly unknown[] {
  const { OP_ID: id, node_name: node, node_names: nodes, target_node: target, remote_node: remote } = op;
  const named = [node, target, remote].filter((one) => one !== undefined && one !== null);
  const all = Array.isArray(nodes) ? [...named, ...nodes] : named;
  const needsOne = /^OP_(NODE|OOB)_/.test(String(id));
  return needsOne && all.length === 0 ? [''] : all;
}

/** Ganeti keeps a file for each job, on each candidate. */
function ourJobs(lab: Lab): readonly QueuedJob[] {
  const jobs = new Map<number, QueuedJob>();
  for (const host of lab.hosts) {
    const queue = join(lab.paths.disks, host, 'upper/var/lib/ganeti/queue');
    if (!existsSync(queue)) continue;
    for (const name of readdirSync(queue)) {
      const job = /^job-\d+$/.test(name) ? jobIn(join(queue, name)) : undefined;
      if (job !== undefined) jobs.set(job.job, job);
    }
  }
  return [...jobs.values()].sort((a, b) => a.job - b.job);
}

/** Undefined for somebody else's, and for what a power cut has torn. */
function jobIn(file: string): QueuedJob | undefined {
  let stored: { id: number; received_timestamp: unknown; ops: readonly { input: Op }[] };
  try {
    stored = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
  const ops = stored.ops.map(({ input }) => input);
  const t = timestampMs(stored.received_timestamp);
  return ops.some((op) => isOurs(sourceOf(op))) && t !== undefined
    ? { job: stored.id, t: t / 1000, ops }
    : undefined;
}
