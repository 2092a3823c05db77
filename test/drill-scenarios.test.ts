// A drill that is added without its scenario would fail only at the end of a lab.
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, it } from 'node:test';
import { realFiles } from '../src/env/files.ts';
import { readStoryFolder } from '../src/simulate/story-folder.ts';
import { outcomeInScenario, scenarioOf } from './lab/drills/agreement.ts';
import { agree, decisionLines } from './lab/drills/decisions.ts';

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

    it(`tells something that a drill of ${file} can be compared with`, async () => {
      for (const title of titles) {
        const { decided, acted } = await outcomeInScenario(title);
        assert.notDeepEqual([...decided, ...acted], [], title);
      }
    });
  }
});

describe('whoever is master in the lab, instances are on the hosts that mean the same', () => {
  for (const file of ['repair.drill.ts', 'repair-interrupted.drill.ts']) {
    for (const title of titlesIn(readFileSync(join(FOLDER, file), 'utf8'))) {
      it(`in: ${title}`, async () => {
        const { decided } = await outcomeInScenario(title);
        assert.notDeepEqual(
          decisionLines(decided).filter((line) => line.startsWith('repair: ')),
          [],
        );
        for (const master of ['h2', 'h3', 'h4']) {
          const other = (await outcomeInScenario(title, master)).decided;
          assert.ok(agree(other, decided), `master ${master}: ${decisionLines(other).join('; ')}`);
        }
      });
    }
  }
});

function titlesIn(source: string): readonly string[] {
  const calls = source.matchAll(/\bdrill\(\s*(['"`])(.*?)\1,/g);
  return [...calls].map(([, , title = '']) => title);
}
