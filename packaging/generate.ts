import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { staleFiles } from './generated.ts';

for (const { path, text } of staleFiles()) {
  writeFileSync(join(import.meta.dirname, '..', path), text);
  console.log(`generated ${path}`);
}
