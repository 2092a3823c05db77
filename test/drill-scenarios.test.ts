// A drill that is added without its scenario would fail only at the end of a lab.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { realFiles } from '../src/env/files.ts';
import { readStoryFolder } from '../src/simulate/story-folder.ts';
import { scenarioOf } from './lab/drills/agreement.ts';

const FOLDER = join(import.meta.dirname, 'lab/drills');

describe('a scenario of its name', () => {
  for (const file of globSync('*.drill.ts', { cwd: FOLDER }).sort()) {
    const titles = titlesIn(readFileSync(join(FOLDER, file), 'utf8'));
    it(`is there for each drill of ${file}`, () => {
      assert.notEqual(titles.length, 0, 'no drill found');
      for (const title of titles) {
        const { golden } = readStoryFolder(realFiles(''), scenarioOf(title));
        assert.notEqual(golden, undefined, `${basename(scenarioOf(title))} has no log`);
      }
    });
  }
});

function titlesIn(source: string): readonly string[] {
  const calls = source.matchAll(/\bdrill\(\s*(['"`])(.*?)\1,/g);
  return [...calls].map(([, , title = '']) => title);
}
