// Prove that the campaign can fail: each way of being wrong is caught within a thousand random schedules.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { VARIANTS } from './variants.ts';

const RUNS = 1_000;
const SEED = 2;
const here = (name: string): string => join(import.meta.dirname, name);

describe('the campaign catches', { concurrency: 2 }, () => {
  for (const { name, invariant, told, sentence, subject = 'hosts' } of VARIANTS) {
    it(`invariant ${invariant}: ${sentence}`, { timeout: 300_000 }, async () => {
      const args = [
        '--import',
        here('redirect.ts'),
        here('child.ts'),
        ...[invariant, told, RUNS, SEED, subject].map(String),
      ];
      const env = { ...process.env, BROKEN_VARIANT: name };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env }).catch((error) => error);
      assert.match(String(stdout), /^schedule \d+: /);
    });
  }
});
