import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { AGENTS } from '../../ocf-metadata/agents.ts';
import * as paths from '../../src/env/paths.ts';
import { settingsFromTags } from '../../src/ganeti/tags.ts';
import { ExitCode } from '../../src/ocf/exit-codes.ts';
import { CONDITIONS } from '../../src/ocf/simulation.ts';
import { SHUN_TABLE } from '../../src/shun/ruleset.ts';
import { commandsOf, documentedSnippet } from '../lab/snippet.ts';

const PROJECT = join(import.meta.dirname, '../..');
const README = readFileSync(join(PROJECT, 'README.md'), 'utf8');

/** The cells of the first column of the table that follows a heading, without their back quotes. */
function firstColumn(heading: string): readonly string[] {
  const section = README.split(`\n## ${heading}\n`)[1]?.split(/\n## /)[0] ?? '';
  const rows = [...section.matchAll(/^\| (.*?) \|/gm)].map(([, cell = '']) => cell);
  return rows.slice(2).flatMap((cell) => cell.split(', ').map((name) => name.replaceAll('`', '')));
}

describe('the README', () => {
  for (const name of ['pcs', 'crmsh', 'pcs-promotable', 'crmsh-promotable'] as const) {
    it(`has the ${name} snippet that the lab runs and the man pages show`, () => {
      const snippet = documentedSnippet(name);
      assert.notEqual(snippet, undefined);
      const stored = readFileSync(join(PROJECT, `test/lab/snippets/${name}.txt`), 'utf8');
      assert.deepEqual(commandsOf(snippet ?? ''), commandsOf(stored));
    });
  }

  it('lists every parameter of the agents, with its default', () => {
    const parameters = AGENTS.flatMap((agent) => agent.parameters);
    assert.deepEqual(
      [...firstColumn('Parameters')].sort(),
      [...new Set(parameters.map(({ name }) => name))].sort(),
    );
    for (const { name, default: fallback } of parameters) {
      const row = README.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? '';
      assert.ok(fallback === undefined || row.endsWith(`| \`${fallback}\` |`), row);
    }
  });

  it('lists tags that are all understood, and no misspelt one', () => {
    for (const tag of firstColumn('Tags')) {
      assert.match(tag, /^ocf:/);
      assert.deepEqual(settingsFromTags([tag], 3).warnings, [], tag);
    }
    assert.equal(firstColumn('Tags').length, 13);
  });

  it('lists every condition that can be simulated', () => {
    assert.deepEqual([...firstColumn('Simulating failures')].sort(), [...CONDITIONS].sort());
  });

  it('lists every exit code', () => {
    assert.deepEqual(
      firstColumn('Exit codes and reasons')
        .map(Number)
        .sort((a, b) => a - b),
      Object.values(ExitCode).sort((a, b) => a - b),
    );
  });

  it('names every file of ours and the nftables table', () => {
    // Besides the files the module has a word that stands in one of them.
    for (const path of Object.values(paths).filter((value) => value.startsWith('/'))) {
      const name = path.startsWith('/run/') ? path.slice(path.lastIndexOf('/') + 1) : path;
      assert.ok(README.includes(name), path);
    }
    assert.ok(README.includes(SHUN_TABLE));
  });

  it('names only npm scripts that exist, and the package as it is called', () => {
    const { scripts, version } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8'));
    const named = [...README.matchAll(/npm (?:run )?([a-z]+)/g)].map(([, script = '']) => script);
    assert.deepEqual(
      named.filter((script) => !Object.hasOwn(scripts, script)),
      [],
    );
    assert.ok(README.includes(`./build/ganeti-ha_${version}_amd64.deb`));
  });

  it('has its figures between their marks, and the license beside it', () => {
    const [, figures = ''] = /<!-- figures:begin -->\n([\s\S]*)<!-- figures:end -->/.exec(README) ?? [];
    for (const command of ['npm run bench -- failover', 'npm run bench'])
      assert.ok(figures.includes(`\`${command}\``), `${command} is named beside what it measures`);
    assert.match(figures, /^\| .* \|$/m);
    assert.doesNotMatch(figures, /\|[ \t]*\|/, 'no cell is empty');
    assert.ok(existsSync(join(PROJECT, 'LICENSE')));
  });
});
