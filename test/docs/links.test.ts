import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';

const PROJECT = join(import.meta.dirname, '../..');
const DOCUMENTS = ['README.md', ...globSync('docs/**/*.md', { cwd: PROJECT })];
/** A page that is read in an incident must not need scrolling for long. */
const PAGE_LINES = 120;
const README_LINES = 360;

/** GitHub's anchor of a heading. */
function anchorOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\- ]/g, '')
    .replaceAll(' ', '-');
}

function anchorsOf(file: string): readonly string[] {
  return [...readFileSync(file, 'utf8').matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => anchorOf(heading));
}

for (const document of DOCUMENTS) {
  describe(document, () => {
    const text = readFileSync(join(PROJECT, document), 'utf8');

    it('links only to files and headings that exist', () => {
      const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
      const broken = targets.filter((target) => {
        if (/^https?:/.test(target)) return false;
        const [path = '', anchor] = target.split('#');
        const file = path === '' ? join(PROJECT, document) : join(PROJECT, dirname(document), path);
        return !existsSync(file) || (anchor !== undefined && !anchorsOf(file).includes(anchor));
      });
      assert.deepEqual(broken, []);
    });

    it('has one title, and no line that ends in blanks', () => {
      const prose = text.replaceAll(/^```[\s\S]*?^```$/gm, '');
      assert.equal([...prose.matchAll(/^# /gm)].length, 1);
      assert.ok(text.startsWith('# '));
      assert.doesNotMatch(text, /[ \t]$/m);
    });

    // The README holds the reference, in one piece.
    const limit = document === 'README.md' ? README_LINES : PAGE_LINES;
    it(`has ${limit} lines at most`, () => {
      assert.ok(text.split('\n').length <= limit);
    });
  });
}
