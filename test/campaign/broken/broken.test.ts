// Prove that the campaign can fail: each way of being wrong is caught within a thousand random schedules, or in the
// story that shows it.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { judgeSchedule } from '../judge-schedule.ts';
import { VARIANTS } from './variants.ts';

const RUNS = 1_000;
const SEED = 2;
const here = (name: string): string => join(import.meta.dirname, name);

describe('the campaign catches', { concurrency: 2 }, () => {
  for (const { name, invariant, sentence } of VARIANTS) {
    it(`invariant ${invariant}: ${sentence}`, { timeout: 300_000 }, async () => {
      const args = ['--import', here('redirect.ts'), here('child.ts'), sentence, String(RUNS), String(SEED)];
      const env = { ...process.env, BROKEN_VARIANT: name };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch((error) => error);
      assert.match(String(stdout), /^schedule \d+: /);
    });
  }
});

describe('the campaign finds nothing wrong without the variant', () => {
  for (const { sentence, story } of VARIANTS) {
    if (story === undefined) continue;
    it(`in the story of: ${sentence}`, async () => {
      const { violations } = await judgeSchedule(story);
      assert.deepEqual(violations, []);
    });
  }
});
