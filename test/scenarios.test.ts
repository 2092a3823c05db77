// Every folder of test/scenarios is played on virtual time; its log must be the one that was reviewed.
// `UPDATE_GOLDEN=1` writes the logs anew, for reading the difference before it is committed.
import assert from 'node:assert/strict';
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gntHaInStory } from '../src/cli/in-story.ts';
import { realFiles } from '../src/env/files.ts';
import { play } from '../src/simulate/story.ts';
import { readStoryFolder } from '../src/simulate/story-folder.ts';

const FOLDER = join(import.meta.dirname, 'scenarios');
const scenarios = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe('scenarios', () => {
  for (const name of scenarios) {
    it(name.replaceAll('-', ' '), async () => {
      const { story, golden } = readStoryFolder(realFiles(''), join(FOLDER, name));
      const { text } = await play({ ...story, gntHa: gntHaInStory });
      assert.doesNotMatch(text, /^.*\bCRASH\b.*$/m);
      if (process.env.UPDATE_GOLDEN === '1') writeFileSync(join(FOLDER, name, 'log'), text);
      else assert.equal(text, golden, 'the log differs from the one that was reviewed');
    });
  }
});
