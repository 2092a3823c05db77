// The configuration the README tells users to type, as the lab runs it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labSourceDir, projectDir } from './paths.ts';

export type SnippetName = 'pcs' | 'crmsh' | 'pcs-promotable' | 'crmsh-promotable';

/**
 * The code block that follows the line `<!-- snippet: NAME -->` in the documentation, so that what is documented is
 * what is run; without such a block, snippets/NAME.txt.
 */
export function snippetText(name: SnippetName): string {
  return documentedSnippet(name) ?? readFileSync(join(labSourceDir, 'snippets', `${name}.txt`), 'utf8');
}

/** The documented block, or undefined where there is none. */
export function documentedSnippet(name: SnippetName): string | undefined {
  const file = join(projectDir, name.endsWith('-promotable') ? 'docs/promotable.md' : 'README.md');
  if (!existsSync(file)) return undefined;
  return new RegExp(`<!-- snippet: ${name} -->\\s*\`\`\`\\w*\\n([\\s\\S]*?)\`\`\``).exec(
    readFileSync(file, 'utf8'),
  )?.[1];
}

/** The commands of a snippet: continued lines joined, comments and blank lines left out. */
export function commandsOf(snippet: string): readonly string[] {
  return snippet
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}

/** Everything but the fencing devices, which belong to the reader's machines: the lab has its own. */
export function withoutFencing(commands: readonly string[]): readonly string[] {
  return commands.filter((line) => !/^pcs stonith create |^primitive \S+ stonith:/.test(line));
}
