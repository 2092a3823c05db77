// Every combination of disk template, states of the nodes, admin state, policy, suspension and tags, put to the plan.
// `UPDATE_GOLDEN=1` writes the table anew, for reading the difference before it is committed.
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compact, type TableRow } from '../../../packaging/autorepair/compact.ts';
import { decisions, PLACED_COLUMNS, TAGGED_COLUMNS } from '../../../packaging/autorepair/decisions.ts';

const GOLDEN = join(import.meta.dirname, 'decision-table.golden');

const HEAD = `Every decision of autorepair, for review; written by decision-table.test.ts.
1. What is wrong, by where an instance is. Places that come to the same in all cases are one situation.
2. What is done, by the tags that stand: first what is the same in all situations, then each of them.
A row stands for every combination of the values in its cells; * is every value of a column.
+ sets a tag, - removes one. DIAGNOSIS is the sentence of the first part.
`;

const { situations, everywhere } = decisions();
const places = situations.flatMap(({ placed }) => placed);
const cases = [...everywhere, ...situations.flatMap(({ tagged }) => tagged)];

describe('the decision table', () => {
  it('is the one that was reviewed', () => {
    const text = [
      HEAD,
      '\n1. WHAT IS WRONG\n',
      ...situations.map(({ name, placed }) => section(name, PLACED_COLUMNS, placed, places)),
      '\n2. WHAT IS DONE\n',
      section('in every situation', TAGGED_COLUMNS, everywhere, cases),
      ...situations.map(({ name, tagged }) => section(name, TAGGED_COLUMNS, tagged, cases)),
    ].join('\n');
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(GOLDEN, text);
    else assert.equal(text, readFileSync(GOLDEN, 'utf8'), 'the table differs from the one that was reviewed');
  });

  it('calls no two situations the same', () => {
    assert.equal(new Set(situations.map(({ name }) => name)).size, situations.length);
  });
});

/** `all`: the rows that tell which values a column can have. */
function section(
  name: string,
  columns: readonly string[],
  rows: readonly TableRow[],
  all: readonly TableRow[],
): string {
  const every = columns.map(
    (_, index) => new Set(all.map(({ cells }) => cells[index]).filter((value) => value !== '-')).size,
  );
  const lines = compact(rows).map(({ cells, outcome }) =>
    [
      ...cells.map((values, index) =>
        values.length > 1 && values.length === every[index] ? '*' : values.join(', '),
      ),
      outcome,
    ].join(' | '),
  );
  return [`${name.toUpperCase()}: ${columns.join(' | ')}`, ...lines].map((line) => `${line}\n`).join('');
}
