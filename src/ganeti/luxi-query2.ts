import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { parseAnswer } from './luxi-parse.ts';

/** What Ganeti says about one cell of a query (Constants.hs:3836), `ok` being RS_NORMAL. */
export type CellStatus = 'ok' | 'unknown-field' | 'no-data' | 'unavailable' | 'offline';

export interface Cell {
  readonly status: CellStatus;
  readonly value: unknown;
}

export type Row<F extends string> = Readonly<Record<F, Cell>>;

const STATUSES = ['ok', 'unknown-field', 'no-data', 'unavailable', 'offline'] as const;

export const CELL_STATUS = v.pipe(
  v.picklist([0, 1, 2, 3, 4]),
  v.transform((status): CellStatus => STATUSES[status]),
);

const ANSWER = v.object({ data: v.array(v.array(v.tuple([CELL_STATUS, v.unknown()]))) });

/**
 * A query with a status per cell. Ask static fields only: a live field makes luxid call every node, and a dead
 * one that is not marked offline then costs seconds. `filter` as in Language.hs:205, null for everything.
 * Throws LuxiError.
 */
export async function query<F extends string>(
  call: LuxiCall,
  what: 'node' | 'job' | 'instance' | 'lock',
  fields: readonly F[],
  filter: unknown,
): Promise<readonly Row<F>[]> {
  const { data } = parseAnswer('Query', ANSWER, await call('Query', [what, fields, filter]));
  return data.map((cells) => {
    const named = fields.map((field, index): readonly [F, Cell] => {
      const [status, value] = cells[index] ?? ['no-data', null];
      return [field, { status, value }];
    });
    return Object.fromEntries(named) as Row<F>;
  });
}

/** The values of a row whose cells must all be there; throws LuxiError `protocol` naming the first that is not. */
export function rowValues<S extends v.GenericSchema>(
  row: Readonly<Record<string, Cell>>,
  schema: S,
): v.InferOutput<S> {
  const cells = Object.entries(row).filter(([, cell]) => cell.status === 'ok');
  return parseAnswer('Query', schema, Object.fromEntries(cells.map(([field, cell]) => [field, cell.value])));
}
