import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import {
  INSTANCE_SHAPE,
  REPAIR_EVENT_SHAPE,
  REPAIR_SHAPE,
  REPAIR_STATUS_SHAPE,
} from '../../src/cli/repair-shapes.ts';
import { HEALTH_STATES } from '../../src/cli/repair-words.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/repair-by-hand.md'), 'utf8');

/** The rows of the table that follows this line, by their first column. */
function rows(line: string): ReadonlyMap<string, string> {
  const table = PAGE.split(`\n${line}\n\n`)[1]?.split('\n\n')[0] ?? '';
  const cells = table.matchAll(/^\| `(\w+)` \| (.*) \|$/gm);
  return new Map([...cells].map(([, name = '', text = '']) => [name, text]));
}

describe('docs/repair-by-hand.md', () => {
  for (const [line, shape] of [
    ['`repair status`:', REPAIR_STATUS_SHAPE],
    ['Each of `instances`:', INSTANCE_SHAPE],
    ['`repair`, after the round:', REPAIR_SHAPE],
  ] as const) {
    it(`documents every field of ${line} in its order`, () => {
      assert.deepEqual([...rows(line).keys()], Object.keys(shape.entries));
    });
  }

  it('documents every field of what is wrong, of the policy and of what comes next', () => {
    const documented = rows('Each of `instances`:');
    for (const name of ['problem', 'policy', 'next'] as const) {
      const text = documented.get(name) ?? '';
      for (const field of Object.keys(INSTANCE_SHAPE.entries[name].entries))
        assert.ok(text.includes(`\`${field}\``), `${field} of ${name}`);
    }
  });

  it('names every event of a watched round with the fields of a job', () => {
    const text = PAGE.split('With `--watch`')[1] ?? '';
    for (const { entries } of REPAIR_EVENT_SHAPE.options) {
      assert.ok(text.includes(`\`${entries.event.literal}\``), entries.event.literal);
      if (entries.event.literal !== 'job') continue;
      for (const field of Object.keys(entries)) assert.ok(text.includes(`\`${field}\``), field);
    }
  });

  it('names every state', () => {
    const text = rows('`repair status`:').get('counts') ?? '';
    for (const state of HEALTH_STATES) assert.ok(text.includes(`\`${state}\``), state);
  });
});
