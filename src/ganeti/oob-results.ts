import * as v from 'valibot';
import { CELL_STATUS, type CellStatus } from './luxi-query2.ts';

export interface OobResult {
  readonly node: string;
  /** `ok` only where the program ran and ended well; `unavailable`: no OOB program; `no-data`: it failed. */
  readonly status: CellStatus;
  readonly payload: unknown;
}

const RESULT = v.array(v.tuple([v.tuple([v.literal(0), v.string()]), v.tuple([CELL_STATUS, v.unknown()])]));

/**
 * The result of an OP_OOB_COMMAND per node, or undefined where it is none. The job itself succeeds even where
 * the program failed or does not exist (lib/cmdlib/misc.py), so this is the only place that tells.
 */
export function oobResults(opresult: unknown): readonly OobResult[] | undefined {
  const parsed = v.safeParse(RESULT, opresult);
  if (!parsed.success) return undefined;
  return parsed.output.map(([[, node], [status, payload]]) => ({ node, status, payload }));
}
