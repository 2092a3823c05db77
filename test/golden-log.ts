import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { internalErrorIn } from '../src/simulate/internal-error.ts';
import { storyText } from '../src/simulate/story-log.ts';
import type { LogLine } from '../src/simulate/world.ts';

/** How a scenario went. */
export interface Went {
  /** What is kept as its log. */
  readonly text: string;
  /** All that happened, also before the story begins. */
  readonly lines: readonly LogLine[];
}

/**
 * Compares what came out with the log that was reviewed, or writes it in its place. An error in the program itself is
 * never what a story expects: neither is kept, nor passes for reviewed because somebody has kept it. Throws.
 */
export function settleLog(
  folder: string,
  golden: string | undefined,
  went: Went,
  how: 'compare' | 'write',
): void {
  const met = internalErrorIn(storyText(went.lines, 0)) ?? internalErrorIn(went.text);
  if (met !== undefined) assert.fail(`an internal error; the log was not written:\n${met}`);
  if (how === 'write') {
    writeFileSync(join(folder, 'log'), went.text);
    return;
  }
  const kept = internalErrorIn(golden ?? '');
  if (kept !== undefined) assert.fail(`the log that is kept holds an internal error:\n${kept}`);
  assert.equal(went.text, golden, 'the log differs from the one that was reviewed');
}
