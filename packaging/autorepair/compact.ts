/** One row of a table: the cells that decide, and what they decide. */
export interface TableRow {
  readonly cells: readonly string[];
  readonly outcome: string;
}

/**
 * The same table with fewer rows. From the last column to the first: values of a column are joined where everything
 * to their right is the same. Nothing is lost: each row stands for all combinations of the values in its cells.
 */
export function compact(
  rows: readonly TableRow[],
): readonly { readonly cells: readonly (readonly string[])[]; readonly outcome: string }[] {
  const [first] = rows;
  if (first === undefined) return [];
  if (first.cells.length === 0) return [{ cells: [], outcome: theOnly(rows) }];
  const byValue = Map.groupBy(rows, ({ cells }) => cells[0] ?? '');
  const blocks = [...byValue].map(([value, its]) => {
    const below = compact(its.map(({ cells, outcome }) => ({ cells: cells.slice(1), outcome })));
    return { value, below, same: JSON.stringify(below) };
  });
  return [...Map.groupBy(blocks, ({ same }) => same).values()].flatMap((joined) => {
    const values = joined.map(({ value }) => value);
    return (joined[0]?.below ?? []).map(({ cells, outcome }) => ({ cells: [values, ...cells], outcome }));
  });
}

function theOnly(rows: readonly TableRow[]): string {
  const outcomes = new Set(rows.map(({ outcome }) => outcome));
  const [outcome = '', ...others] = outcomes;
  if (others.length > 0) throw new Error(`the columns do not decide: ${[...outcomes].join(' / ')}`);
  return outcome;
}
