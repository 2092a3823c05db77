import * as v from 'valibot';
import { sourceOf, timestampMs } from './job-words.ts';
import type { LuxiCall } from './luxi.ts';
import { query, rowValues } from './luxi-query2.ts';

/** A job that marks a node offline, whether it has ended or not. */
export interface OfflineJob {
  readonly id: number;
  readonly node: string;
  /** Who gave its opcode its first reason. */
  readonly source: string | undefined;
  readonly autoPromote: boolean;
  /** When luxid took it, milliseconds since the epoch. */
  readonly receivedMs: number;
}

const ROW = v.object({
  id: v.pipe(v.number(), v.integer()),
  ops: v.array(v.looseObject({ auto_promote: v.optional(v.unknown()) })),
  received_ts: v.nullable(v.tuple([v.number(), v.number()])),
});

/** Says whether the opcode, as luxid keeps it, marks a node offline, and which. */
export function offlinedBy(op: Readonly<Record<string, unknown>>): string | undefined {
  const { OP_ID: opId, node_name: name, offline } = op;
  return opId === 'OP_NODE_SET_PARAMS' && offline === true && typeof name === 'string' ? name : undefined;
}

/** The jobs, ended or not and not archived yet, that mark these nodes offline, by Ganeti's names. Throws LuxiError. */
export async function offlineJobs(call: LuxiCall, nodes: readonly string[]): Promise<readonly OfflineJob[]> {
  // Without a term luxid would answer with all jobs.
  if (nodes.length === 0) return [];
  const filter = ['|', ...nodes.map((node) => ['=[]', 'summary', `NODE_SET_PARAMS(${node})`])];
  const rows = await query(call, 'job', ['id', 'ops', 'received_ts'], filter);
  return rows.flatMap((row) => {
    if (row.ops.status !== 'ok' || row.received_ts.status !== 'ok') return [];
    const { id, ops, received_ts: received } = rowValues(row, ROW);
    const receivedMs = timestampMs(received);
    // Without it nobody can say to which submission the job belongs.
    if (receivedMs === undefined) return [];
    return ops.flatMap((op): readonly OfflineJob[] => {
      const node = offlinedBy(op);
      if (node === undefined) return [];
      return [{ id, node, source: sourceOf(op), autoPromote: op.auto_promote === true, receivedMs }];
    });
  });
}
