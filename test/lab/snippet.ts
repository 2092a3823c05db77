// The configuration the README tells users to type, as the lab runs it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { labSourceDir, projectDir } from './paths.ts';

export type SnippetName = 'pcs' | 'crmsh';

/**
 * The code block that follows the line `<!-- snippet: NAME -->` in README.md, so that what is documented is what is
 * run; without such a block, snippets/NAME.txt.
 */
export function snippetText(name: SnippetName): string {
  return readmeSnippet(name) ?? readFileSync(join(labSourceDir, 'snippets', `${name}.txt`), 'utf8');
}

/** README's block, or undefined where it has none. */
export function readmeSnippet(name: SnippetName): string | undefined {
  const file = join(projectDir, 'README.md');
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
