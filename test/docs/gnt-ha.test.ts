import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { VERBS } from '../../src/cli/command-line.ts';
import { DECISION_SHAPE, STATUS_SHAPE, WHY_SHAPE } from '../../src/cli/json-shapes.ts';
import { EXIT_CODES } from '../../src/cli/status-health.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const PAGE = readFileSync(join(DOCS, 'gnt-ha.md'), 'utf8');
const LEAVING = readFileSync(join(DOCS, 'leaving-and-returning.md'), 'utf8');

/** The first column of the table that follows this line. */
function fields(line: string): readonly string[] {
  const table = PAGE.split(`\n${line}\n\n`)[1]?.split('\n\n')[0] ?? '';
  return [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name = '']) => name);
}

describe('docs/gnt-ha.md', () => {
  for (const [line, shape] of [
    ['`status`:', STATUS_SHAPE],
    ['`why`:', WHY_SHAPE],
  ] as const) {
    it(`documents every field of the JSON of ${line} in its order`, () => {
      assert.deepEqual(fields(line), Object.keys(shape.entries));
    });
  }

  it('documents every field of a node', () => {
    const row = /^\| `nodes` \| (.*) \|$/m.exec(PAGE)?.[1] ?? '';
    const documented = [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name);
    assert.deepEqual(documented, Object.keys(STATUS_SHAPE.entries.nodes.item.entries));
  });

  it('documents every field of a decision, and all that it can be about and do', () => {
    const table = LEAVING.split('### A decision in JSON')[1] ?? '';
    const documented = [...table.matchAll(/^\| `(\w+)` \|/gm)].map(([, name]) => name);
    assert.deepEqual(documented, Object.keys(DECISION_SHAPE.entries));
    const row = /^\| `decision` \| (.*?): /m.exec(PAGE)?.[1] ?? '';
    assert.deepEqual(
      [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name),
      Object.keys(DECISION_SHAPE.entries),
    );
    for (const name of ['about', 'kind'] as const) {
      const described = new RegExp(`^\\| \`${name}\` \\| (.*) \\|$`, 'm').exec(table)?.[1] ?? '';
      for (const option of DECISION_SHAPE.entries[name].options)
        assert.ok(described.includes(`\`${option}\``), option);
    }
  });

  it('names every command', () => {
    for (const verb of VERBS) {
      const name = verb.describe().name();
      assert.match(PAGE, new RegExp(`\`(${name}[ \`\\[])`), name);
    }
  });

  it('has the exit codes as they are', () => {
    const sentence = /: (0 healthy, .*?)\. A wrong/.exec(PAGE)?.[1] ?? '';
    for (const [health, code] of Object.entries(EXIT_CODES))
      assert.ok(sentence.includes(`${code} ${health}`));
  });
});
