import * as v from 'valibot';
import { sourceOf } from './job-words.ts';
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
  ops: v.array(v.looseObject({})),
  received_ts: v.tuple([v.number(), v.number()]),
});

/** Says whether the opcode, as luxid keeps it, marks a node offline, and which. */
export function offlinedBy(op: Readonly<Record<string, unknown>>): string | undefined {
  const { OP_ID: opId, node_name: name, offline } = op;
  return opId === 'OP_NODE_SET_PARAMS' && offline === true && typeof name === 'string' ? name : undefined;
}

/** Those of these nodes that are not archived yet, by their names in the opcodes. Throws LuxiError. */
export async function offlineJobs(call: LuxiCall, nodes: readonly string[]): Promise<readonly OfflineJob[]> {
  // Without a term luxid would answer with all jobs.
  if (nodes.length === 0) return [];
  const filter = ['|', ...nodes.map((node) => ['=[]', 'summary', `NODE_SET_PARAMS(${node})`])];
  const rows = await query(call, 'job', ['id', 'ops', 'received_ts'], filter);
  return rows.flatMap((row) => {
    if (row.ops.status !== 'ok') return [];
    const { id, ops, received_ts: received } = rowValues(row, ROW);
    return ops.flatMap((op): readonly OfflineJob[] => {
      const node = offlinedBy(op);
      if (node === undefined) return [];
      return [
        {
          ...{
            id,
            node,
            source: sourceOf(op),
            autoPromote: 'auto_promote' in op && op.auto_promote === true,
          },
          receivedMs: received[0] * 1_000 + Math.floor(received[1] / 1_000),
        },
      ];
    });
  });
}
