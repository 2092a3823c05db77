import assert from 'node:assert/strict';
import { globSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { REASONS } from '../../../src/ocf/reasons.ts';

const PROJECT = join(import.meta.dirname, '../../..');
const PAGES = join(PROJECT, 'docs/reasons');
const CATALOGUE: Readonly<Record<string, string>> = REASONS;
const CODES = Object.keys(CATALOGUE);
const PAGE_LINES = 30;

describe('the catalogue of reasons', () => {
  const files = readdirSync(PAGES).filter((file) => file.endsWith('.md') && file !== 'README.md');
  const lists = files.filter((file) => /^GNH\dxx\.md$/.test(file)).sort();
  const pages = files.filter((file) => !lists.includes(file));

  it('has a page for every code', () => {
    assert.deepEqual(
      CODES.filter((code) => !pages.includes(`${code}.md`)),
      [],
    );
  });

  it('has a code for every page', () => {
    assert.deepEqual(
      pages.filter((page) => !Object.hasOwn(CATALOGUE, page.replace(/\.md$/, ''))),
      [],
    );
  });

  it('has codes of three digits, each title once', () => {
    assert.deepEqual(
      CODES.filter((code) => !/^GNH\d{3}$/.test(code)),
      [],
    );
    assert.equal(new Set(Object.values(CATALOGUE)).size, CODES.length);
  });

  it('is listed by its first digit, in its order and with its titles', () => {
    const listed = lists.map((list) => [
      list,
      [...readFileSync(join(PAGES, list), 'utf8').matchAll(/^\| \[(GNH\d{3})\]\((\S+)\) \| (.*) \|$/gm)].map(
        ([, code, file, title]) => [code, file, title],
      ),
    ]);
    const digits = [...new Set(CODES.map((code) => code.charAt(3)))].sort();
    assert.deepEqual(
      listed,
      digits.map((digit) => [
        `GNH${digit}xx.md`,
        CODES.filter((code) => code.charAt(3) === digit)
          .sort()
          .map((code) => [code, `${code}.md`, CATALOGUE[code]]),
      ]),
    );
  });

  it('has an index that leads to each list', () => {
    const index = readFileSync(join(PAGES, 'README.md'), 'utf8');
    const led = [...index.matchAll(/^\| \[GNH\dxx\]\((\S+)\) \|/gm)].map(([, file]) => file);
    assert.deepEqual(led, lists);
  });

  const sources = globSync('{src,agents}/**/*.ts', { cwd: PROJECT }).filter(
    (file) => file !== join('src', 'ocf', 'reasons.ts'),
  );
  const named = new Set(
    sources.flatMap((file) => readFileSync(join(PROJECT, file), 'utf8').match(/GNH\d{3}/g) ?? []),
  );

  it('has no code that no source names', () => {
    assert.deepEqual(
      CODES.filter((code) => !named.has(code)),
      [],
    );
  });

  it('has every code that a source names', () => {
    assert.deepEqual(
      [...named].filter((code) => !Object.hasOwn(CATALOGUE, code)),
      [],
    );
  });
});

describe('the page of', () => {
  for (const code of CODES) {
    it(`${code} says who gives it, what happened, what was not done and what to do`, () => {
      const text = readFileSync(join(PAGES, `${code}.md`), 'utf8');
      const lines = text.trimEnd().split('\n');
      assert.equal(lines[0], `# ${code}: ${CATALOGUE[code]}`);
      assert.match(lines[2] ?? '', /^Given by: .+\.$/);
      assert.deepEqual(
        lines.filter((line) => line.startsWith('## ')),
        ['## What happened', '## What was not done', '## What to do'],
      );
      for (const section of text.split(/^## .*$/m).slice(1)) assert.notEqual(section.trim(), '');
      assert.ok(lines.length <= PAGE_LINES, `${lines.length} lines are more than one reads at 3 a.m.`);
    });
  }
});
