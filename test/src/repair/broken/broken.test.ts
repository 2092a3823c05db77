// Prove that the properties of plans can fail: each way of being wrong is caught.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { promisify } from 'node:util';
import { VARIANTS } from './variants.ts';

const RUNS = 5_000;
const SEED = 1;
const here = (name: string): string => join(import.meta.dirname, name);

describe('the properties of plans catch', { concurrency: 2 }, () => {
  for (const { name, property, told, sentence } of VARIANTS) {
    it(`that ${sentence}`, { timeout: 120_000 }, async () => {
      const args = ['--import', here('redirect.ts'), here('child.ts'), property, String(RUNS), String(SEED)];
      const env = { ...process.env, BROKEN_VARIANT: name };
      const { stdout } = await promisify(execFile)(process.execPath, args, { env });
      assert.match(stdout, told);
    });
  }
});
