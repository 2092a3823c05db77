import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AGENTS } from '../../ocf-metadata/agents.ts';

/** The lines of a snippet, each continued line as one. */
function commands(text: string): string[] {
  return text
    .replaceAll(/\s*\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'));
}

describe("the agents' examples together", () => {
  for (const [shell, form] of [
    ['pcs', ''],
    ['crmsh', ''],
    ['pcs', '-promotable'],
    ['crmsh', '-promotable'],
  ] as const) {
    it(`are, for ${shell}${form}, what the lab's clusters are configured with, but for the fencing and its properties`, () => {
      const snippet = commands(
        readFileSync(join(import.meta.dirname, `../lab/snippets/${shell}${form}.txt`), 'utf8'),
      );
      const names = ['ganeti-node', `ganeti-master${form}`];
      const examples = AGENTS.filter(({ name }) => names.includes(name)).flatMap((agent) =>
        commands(agent.examples[shell]),
      );
      assert.notEqual(examples.length, 0);
      assert.deepEqual(
        examples.sort(),
        snippet.filter((command) => /ganeti-(master|node)/.test(command)).sort(),
      );
    });
  }
});
