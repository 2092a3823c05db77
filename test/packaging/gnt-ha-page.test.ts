import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { gntHaPage } from '../../packaging/man/gnt-ha-page.ts';
import { VERBS } from '../../src/cli/command-line.ts';
import type { Verb } from '../../src/cli/verb.ts';

const PAGE = gntHaPage({ version: '0.1.0', date: '2026-11-21' });

/** Each command as it is typed, those below others too, with its options. */
function commands(verbs: readonly Verb[], above: string): readonly (readonly [string, readonly string[]])[] {
  return verbs.flatMap(({ describe: told, verbs: below = [] }) => {
    const command = told();
    const name = `${above} ${command.name()}`;
    const flags = command.options.map((option) => option.flags);
    return [[name, flags] as const, ...commands(below, name)];
  });
}

describe('the man page of gnt-ha', () => {
  for (const [name, flags] of commands(VERBS, 'gnt-ha')) {
    it(`has a section for ${name} with all its options`, () => {
      const escaped = name.replaceAll('-', '\\-');
      const section = PAGE.split('.SS ').find(
        (part) => part.startsWith(`${escaped} [`) || part.startsWith(`${escaped}\n`),
      );
      assert.ok(section !== undefined);
      for (const one of flags) assert.ok(section.includes(`.B ${one.replaceAll('-', '\\-')}\n`), one);
    });
  }
});
