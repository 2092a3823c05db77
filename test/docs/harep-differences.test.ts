import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { DANGERS } from '../contract/harep-cases-danger.ts';
import { OTHERS } from '../contract/harep-cases-other.ts';
import { SAME } from '../contract/harep-cases-same.ts';

const PAGE = join(import.meta.dirname, '../../docs/harep-differences.md');
const CASES = [...SAME, ...DANGERS, ...OTHERS];

test('each difference from harep has a heading, and each heading a case that shows it', () => {
  const headings = [...readFileSync(PAGE, 'utf8').matchAll(/^### (.*)$/gm)].map(([, heading]) => heading);
  const shown = new Set(CASES.flatMap(({ differs }) => differs ?? []));
  assert.deepEqual([...headings].sort(), [...shown].sort());
});

test('a case names a difference where something else is expected of ours, and only there', () => {
  const wrong = CASES.filter(({ ours, differs }) => (ours === 'same') !== (differs === undefined));
  assert.deepEqual(wrong, []);
});

test('what is expected of ours where it differs is not what harep does', () => {
  const alike = CASES.filter(({ ours, harep }) => {
    if (ours === 'same') return false;
    const keys = Object.keys(ours) as (keyof typeof ours)[];
    return keys.every((key) => JSON.stringify(ours[key]) === JSON.stringify(harep[key]));
  });
  assert.deepEqual(alike, []);
});
