import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { CLUSTER_JSON, parseCluster } from '../../src/simulate/story-cluster.ts';
import { VERBS } from '../../src/simulate/story-verbs.ts';

const PROJECT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(PROJECT, 'docs/simulator.md'), 'utf8');
const CLUSTER = readFileSync(join(PROJECT, 'docs/simulator-cluster.md'), 'utf8');
const COMMANDS = readFileSync(join(PROJECT, 'docs/simulator-commands.md'), 'utf8');
const SHOWN = join(PROJECT, 'test/scenarios/a-failing-monitor-of-the-node-agent');

/** As a block of a page. */
function indented(text: string): string {
  return text
    .trim()
    .split('\n')
    .map((line) => (line === '' ? '' : `    ${line}`))
    .join('\n');
}

describe('docs/simulator-commands.md', () => {
  it('has every command with its words and what it does, in the order of the code', () => {
    const rows = COMMANDS.split('\n').filter((line) => line.startsWith('| `'));
    const verbs = Object.entries(VERBS).map(([name, { usage, does }]) => {
      const cells = [`\`${name} ${usage}\``, does].map((cell) => cell.replaceAll('|', '\\|'));
      return `| ${cells.join(' | ')} |`;
    });
    assert.match(rows[0] ?? '', /^\| `end` \|/);
    assert.deepEqual(rows.slice(1), verbs);
  });
});

describe('docs/simulator-cluster.md', () => {
  const rows = [...CLUSTER.matchAll(/^\| `(\w+)` \| (.*?) ?\| /gm)].map(([, field = '', fallback = '']) => ({
    field,
    fallback,
  }));

  it('has every field of cluster.json', () => {
    assert.deepEqual(
      rows.map(({ field }) => field),
      Object.keys(CLUSTER_JSON.entries),
    );
  });

  it('has the defaults as they are', () => {
    const cluster: Readonly<Record<string, unknown>> = { ...parseCluster('{"hosts":2}', 'cluster.json') };
    const literal = rows.flatMap(({ field, fallback }) => {
      const [, json] = /^`(.*?)`/.exec(fallback) ?? [];
      return json === undefined ? [] : [[field, JSON.parse(json)]];
    });
    assert.ok(literal.length > 10);
    assert.deepEqual(
      literal,
      literal.map(([field]) => [field, cluster[field]]),
    );
  });
});

describe('docs/simulator.md', () => {
  for (const file of ['cluster.json', 'commands', 'story.md', 'log']) {
    it(`shows a scenario as it is: its ${file}`, () => {
      assert.ok(PAGE.includes(indented(readFileSync(join(SHOWN, file), 'utf8'))));
    });
  }
});
