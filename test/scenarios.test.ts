// Every folder of test/scenarios is played on virtual time; its log must be the one that was reviewed.
// `UPDATE_GOLDEN=1` writes the logs anew, for reading the difference before it is committed.
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gntHaInStory } from '../src/cli/in-story.ts';
import { realFiles } from '../src/env/files.ts';
import { play } from '../src/simulate/story.ts';
import { readStoryFolder } from '../src/simulate/story-folder.ts';
import { settleLog } from './golden-log.ts';

const FOLDER = join(import.meta.dirname, 'scenarios');
const HOW = process.env.UPDATE_GOLDEN === '1' ? 'write' : 'compare';
const scenarios = readdirSync(FOLDER, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
  .sort();

describe('scenarios', () => {
  for (const name of scenarios) {
    it(name.replaceAll('-', ' '), async () => {
      const { story, golden } = readStoryFolder(realFiles(''), join(FOLDER, name));
      const { text, stage } = await play({ ...story, gntHa: gntHaInStory });
      settleLog(join(FOLDER, name), golden, { text, lines: stage.world.lines }, HOW);
    });
  }
});
