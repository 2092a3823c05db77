import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(import.meta.dirname, '../../src');

/** The members of a union of strings as its source writes them. */
export function membersOf(file: string, type: string): readonly string[] {
  const text = readFileSync(join(SOURCES, file), 'utf8');
  const union = text.split(`type ${type} =`)[1]?.split(';')[0] ?? '';
  return [...union.matchAll(/'([a-z-]+)'/g)].map(([, name = '']) => name);
}
