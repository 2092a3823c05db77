import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';

const PROJECT = join(import.meta.dirname, '..', '..');

/** Folder of src to the folders it may import from; all point downwards, as the design has it. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  env: ['process'],
  process: ['env'],
  evidence: [],
  policy: [],
  ocf: ['env'],
  pacemaker: ['env', 'process'],
  ganeti: ['env', 'process'],
  shun: ['env', 'process'],
  sweep: ['env', 'ocf', 'evidence', 'policy', 'pacemaker', 'ganeti', 'shun'],
  master: ['env', 'ocf', 'evidence', 'policy', 'pacemaker', 'ganeti', 'shun', 'sweep', 'repair'],
  node: ['env', 'ocf', 'evidence', 'policy', 'pacemaker', 'ganeti', 'shun', 'sweep', 'repair'],
  // The other form of the master role, made of its parts.
  promotable: ['env', 'ocf', 'evidence', 'policy', 'pacemaker', 'ganeti', 'shun', 'sweep', 'master'],
  repair: ['env', 'ocf', 'evidence', 'policy', 'pacemaker', 'ganeti', 'sweep'],
  // Runs as hacluster at each of Pacemaker's alerts: records, decides nothing.
  alert: ['env', 'pacemaker', 'ganeti', 'sweep'],
  // It plays the whole program on virtual time.
  simulate: [
    'env',
    'ocf',
    'evidence',
    'policy',
    'pacemaker',
    'ganeti',
    'shun',
    'sweep',
    'master',
    'node',
    'promotable',
    'alert',
  ],
  cli: [
    'env',
    'ocf',
    'evidence',
    'policy',
    'pacemaker',
    'ganeti',
    'shun',
    'sweep',
    'master',
    'node',
    'repair',
    'simulate',
  ],
};

describe('imports in src', () => {
  for (const file of globSync('src/*/*.ts', { cwd: PROJECT })) {
    it(`of ${file} point downwards`, () => {
      const [, folder = ''] = file.split('/');
      const text = readFileSync(join(PROJECT, file), 'utf8');
      const imported = [...text.matchAll(/(?:from|import\()\s*'\.\.\/([a-z]+)\//g)].map(
        ([, name]) => name ?? '',
      );
      const wrong = imported.filter((name) => name !== folder && !(ALLOWED[folder] ?? []).includes(name));
      assert.deepEqual(wrong, []);
      assert.doesNotMatch(text, /from '\.\.\/\.\.\//, 'src imports nothing from outside src');
    });
  }
});

describe('the plan of repairs', () => {
  it('is made of files that import nothing from other folders, so that it is pure', () => {
    const seen = new Set(['plan.ts']);
    for (const file of seen) {
      const text = readFileSync(join(PROJECT, 'src/repair', file), 'utf8');
      const imported = [...text.matchAll(/(?:from|import\()\s*'([^']+)'/g)].map(([, name = '']) => name);
      assert.deepEqual(
        imported.filter((name) => !name.startsWith('./')),
        [],
        file,
      );
      for (const name of imported) seen.add(name.slice('./'.length));
    }
    assert.ok(seen.size > 10);
  });
});

describe('the world outside', () => {
  for (const file of globSync('src/*/*.ts', { cwd: PROJECT })) {
    if (/^src\/(env|process)\//.test(file)) continue;
    it(`is reached by ${file} through Env only`, () => {
      const text = readFileSync(join(PROJECT, file), 'utf8').replace(/^\s*(\*|\/\/|\/\*).*$/gm, '');
      assert.doesNotMatch(
        text,
        /\bDate\.now\(|new Date\(\)|\bprocess\.(env|pid|ppid|argv|kill|std|exit|get)|from 'node:(fs|net|child_process|dgram|os|tls|http)/,
      );
    });
  }
});
