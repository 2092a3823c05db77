import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { query, rowValues } from './luxi-query2.ts';

/** A lock of wconfd's. Locks of nodes are named by their uuid: `node/4837a0b6-…`. */
export interface GanetiLock {
  readonly name: string;
  /** The jobs that hold it; whoever else does is left out. */
  readonly owners: readonly number[];
  /** The jobs that wait for it. */
  readonly waiting: readonly number[];
}

const CLIENTS = v.nullable(v.array(v.union([v.string(), v.number()])));
const ROW = v.object({
  name: v.string(),
  owner: CLIENTS,
  pending: v.nullable(v.array(v.tuple([v.string(), CLIENTS]))),
});

/** The locks that are held or asked for (run, 3.0.2: job ids come as text). Throws LuxiError. */
export async function queryLocks(call: LuxiCall): Promise<readonly GanetiLock[]> {
  const rows = await query(call, 'lock', ['name', 'owner', 'pending'], null);
  return rows.map((row) => {
    const { name, owner, pending } = rowValues(row, ROW);
    const waiting = (pending ?? []).flatMap(([, clients]) => jobsOf(clients));
    return { name, owners: jobsOf(owner), waiting };
  });
}

function jobsOf(clients: v.InferOutput<typeof CLIENTS>): readonly number[] {
  return (clients ?? []).map(Number).filter((id) => Number.isInteger(id) && id > 0);
}
