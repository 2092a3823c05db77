import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { query, rowValues } from './luxi-query2.ts';
import { marksOf, type NodeMarks } from './node-marks.ts';

/** A node with what is needed to drain it, undrain it or take it back. */
export interface MarkedNode {
  readonly name: string;
  readonly master: boolean;
  readonly offline: boolean;
  readonly drained: boolean;
  readonly masterCandidate: boolean;
  readonly masterCapable: boolean;
  /** What Ganeti remembers of its power; undefined where it has no out-of-band program. */
  readonly powered: boolean | undefined;
  /** Moved on by every change of the node's entry. */
  readonly serial: number;
  readonly marks: NodeMarks;
}

const FIELDS = [
  'name',
  'role',
  'offline',
  'drained',
  'master_candidate',
  'master_capable',
  'powered',
  'serial_no',
  'tags',
] as const;

const ROW = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  role: v.string(),
  offline: v.boolean(),
  drained: v.boolean(),
  master_candidate: v.boolean(),
  master_capable: v.boolean(),
  powered: v.optional(v.boolean()),
  serial_no: v.pipe(v.number(), v.integer()),
  tags: v.array(v.string()),
});

/** Every node of the cluster; all fields are in the configuration (Query/Node.hs:186). Throws LuxiError. */
export async function queryMarkedNodes(call: LuxiCall): Promise<readonly MarkedNode[]> {
  const rows = await query(call, 'node', FIELDS, null);
  return rows.map((row) => {
    const node = rowValues(row, ROW);
    return {
      name: node.name,
      master: node.role === 'M',
      offline: node.offline,
      drained: node.drained,
      masterCandidate: node.master_candidate,
      masterCapable: node.master_capable,
      powered: node.powered,
      serial: node.serial_no,
      marks: marksOf(node.tags),
    };
  });
}
