import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { bundle } from './bundle.ts';
import { hashOfInputs } from './inputs.ts';
import { BINARY, PROGRAMS } from './programs.ts';
import { makeBinary } from './sea.ts';

const PROJECT = join(import.meta.dirname, '../..');

/** The DESTDIR tree that packages wrap: the binary and its names, at their installed paths. */
export const ROOT = join(PROJECT, 'build/root');

/** The npm packages in the binary, one name per line. */
export const BUNDLED_PACKAGES = join(PROJECT, 'build/root.packages');

/** Leaves `build/root/`; does nothing where it already is made from exactly these sources. */
export async function buildRoot(): Promise<void> {
  const stamp = join(PROJECT, 'build/root.inputs');
  const inputs = hashOfInputs(PROJECT);
  if (readStamp(stamp) === inputs) return;
  mkdirSync(join(PROJECT, 'build'), { recursive: true });
  // A folder of its own, so that two builds at a time do not write into each other's files.
  const work = mkdtempSync(join(PROJECT, 'build/work-'));
  try {
    const bundled = join(work, 'ganeti-ha.cjs');
    const packages = await bundle(join(PROJECT, 'agents/main.ts'), bundled);
    const made = join(work, 'root');
    mkdirSync(dirname(join(made, BINARY)), { recursive: true });
    await makeBinary(bundled, work, join(made, BINARY));
    linkPrograms(made);
    writeFileSync(BUNDLED_PACKAGES, packages.join('\n'));
    putInPlace(made, work);
    writeFileSync(stamp, inputs);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Another build may put its own tree there at the same moment; both are made of the same sources, the last one stays. */
function putInPlace(made: string, work: string): void {
  for (let attempt = 1; ; attempt++) {
    try {
      if (existsSync(ROOT)) renameSync(ROOT, join(work, `old-${attempt}`));
      renameSync(made, ROOT);
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

function linkPrograms(root: string): void {
  for (const program of PROGRAMS) {
    const link = join(root, program);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(program), BINARY), link);
  }
}

function readStamp(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

if (import.meta.main) {
  const started = performance.now();
  try {
    await buildRoot();
    console.log(`build/root is ready (${((performance.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    // esbuild has printed its errors with the lines they are in.
    console.error(
      `build/root was not made: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    );
    process.exitCode = 1;
  }
}
