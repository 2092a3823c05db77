import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { it } from 'node:test';
import { SUITE_BUDGET } from './bench/scenarios.ts';

const FOLDER = join(import.meta.dirname, 'scenarios');

it(`there are at least ${SUITE_BUDGET.scenarios} scenarios, not counting twice what plays the same`, () => {
  const folders = readdirSync(FOLDER, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const plays = folders.map(({ name }) =>
    ['cluster.json', 'commands'].map((file) => readFileSync(join(FOLDER, name, file), 'utf8')).join(''),
  );
  const distinct = new Set(plays).size;
  assert.ok(
    distinct >= SUITE_BUDGET.scenarios,
    `${distinct} of ${folders.length} play something of their own`,
  );
});
