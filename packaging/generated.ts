import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AGENTS } from '../ocf-metadata/agents.ts';
import { metadataXml } from '../src/ocf/metadata-xml.ts';
import { decisionsPage } from './autorepair/decisions-page.ts';
import { statesPage } from './autorepair/states-page.ts';

const PROJECT = join(import.meta.dirname, '..');

/** A file that is checked in although it is made from others; `path` is relative to the project. */
export interface GeneratedFile {
  readonly path: string;
  readonly text: string;
}

/**
 * What `npm run generate` writes. Each agent's metadata twice: as XML, to be read and validated, and as a module
 * with that text, which works both bundled and run directly, without a file to read at run time: a package upgrade
 * may replace the binary under a running agent. And the pages on autorepair that are read off the code.
 */
export function generatedFiles(): GeneratedFile[] {
  const metadata = AGENTS.flatMap((agent) => {
    const xml = metadataXml(agent);
    return [
      { path: `ocf-metadata/${agent.name}.xml`, text: xml },
      { path: `ocf-metadata/${agent.name}.xml.ts`, text: asModule(agent.name, xml) },
    ];
  });
  return [
    ...metadata,
    { path: 'docs/autorepair-decisions.md', text: decisionsPage() },
    { path: 'docs/autorepair-states.md', text: statesPage() },
  ];
}

/** Files that are not as `npm run generate` would write them. */
export function staleFiles(): GeneratedFile[] {
  return generatedFiles().filter(({ path, text }) => current(path) !== text);
}

export function current(path: string): string | undefined {
  try {
    return readFileSync(join(PROJECT, path), 'utf8');
  } catch {
    return undefined;
  }
}

function asModule(name: string, xml: string): string {
  const literal = xml.replaceAll('\\', '\\\\').replaceAll('`', '\\`').replaceAll('${', '\\${');
  return `// Generated from ${name}.ts by \`npm run generate\`; do not edit.\nexport default \`${literal}\`;\n`;
}
