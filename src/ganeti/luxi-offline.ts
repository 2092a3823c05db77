import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { query, rowValues } from './luxi-query2.ts';

/** A node that Ganeti has offline, and when its entry was last changed. */
export interface OfflineNode {
  readonly node: string;
  /** Milliseconds since the epoch by the clock of the master of that time; undefined where Ganeti has none. */
  readonly changedMs: number | undefined;
}

const ROW = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  offline: v.boolean(),
  mtime: v.optional(v.nullable(v.number())),
});

/**
 * The nodes that are offline, whoever marked them. All fields are in the configuration (Query/Node.hs:186), so every
 * master knows them, also one that has only just become it. Any later change of a node moves its time. Throws LuxiError.
 */
export async function queryOfflineNodes(call: LuxiCall): Promise<readonly OfflineNode[]> {
  const rows = await query(call, 'node', ['name', 'offline', 'mtime'], null);
  return rows.flatMap((row) => {
    const { name, offline, mtime } = rowValues(row, ROW);
    if (!offline) return [];
    return [{ node: name, changedMs: typeof mtime === 'number' ? Math.round(mtime * 1000) : undefined }];
  });
}
