import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What the binary is made of, relative to the project. */
export const BINARY_INPUTS: readonly string[] = [
  'agents',
  'src',
  'ocf-metadata',
  'packaging/binary',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
];

/** One hash over the Node version and the names, modes and contents of every file that can change the binary. */
export function hashOfInputs(project: string, inputs: readonly string[] = BINARY_INPUTS): string {
  const hash = createHash('sha256');
  hash.update(process.version);
  for (const file of inputs.flatMap((input) => filesBelow(project, input))) {
    hash.update(`\0${file}\0`);
    hash.update(readFileSync(join(project, file)));
  }
  return hash.digest('hex');
}

function filesBelow(project: string, path: string): string[] {
  const absolute = join(project, path);
  if (!existsSync(absolute)) return [];
  if (!statSync(absolute).isDirectory()) return [path];
  return readdirSync(absolute)
    .sort()
    .flatMap((name) => filesBelow(project, join(path, name)));
}
