import { globSync } from 'node:fs';
import { join } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { makePackage } from '../packaging/deb/package.ts';

/**
 * `npm test`: build, package, then every test, what is quick first. Words on the command line select stages by name
 * (`npm test -- unit`). With CI set nothing may be skipped: a skipped test or stage fails the run.
 */
interface Stage {
  readonly name: string;
  /** Below the project; what no other stage has runs in the stage `unit`, so that no test file is forgotten. */
  readonly pattern?: string;
  /** Test files at a time. */
  readonly concurrency: number;
  /** Mounts, namespaces and a real cluster. */
  readonly needsRoot: boolean;
}

interface Counts {
  passed: number;
  readonly failed: string[];
  readonly skipped: string[];
}

const PROJECT = join(import.meta.dirname, '..');

const STAGES: readonly Stage[] = [
  { name: 'unit', concurrency: 2, needsRoot: false },
  // Uses both cores by itself.
  { name: 'campaign', pattern: 'test/campaign/**/*.test.ts', concurrency: 1, needsRoot: false },
  // Half of their time is waiting for timeouts.
  { name: 'binary', pattern: 'test/{packaging,agents}/**/*.test.ts', concurrency: 4, needsRoot: false },
  { name: 'contract', pattern: 'test/contract/**/*.test.ts', concurrency: 3, needsRoot: true },
  { name: 'lab', pattern: 'test/lab/**/*.test.ts', concurrency: 1, needsRoot: true },
  // Mostly waiting for timeouts: three labs at a time still leave the two cores time to spare.
  { name: 'drills', pattern: 'test/lab/drills/**/*.drill.ts', concurrency: 3, needsRoot: true },
];

async function main(wanted: readonly string[]): Promise<number> {
  const counts: Counts = { passed: 0, failed: [], skipped: [] };
  const times: string[] = [];
  const timed = async (name: string, work: () => Promise<unknown>): Promise<void> => {
    console.log(`\n== ${name}`);
    const started = performance.now();
    await work();
    times.push(`${name} ${((performance.now() - started) / 1000).toFixed(0)} s`);
  };
  await timed('build and package', makePackage);
  for (const stage of STAGES) {
    if (wanted.length > 0 && !wanted.includes(stage.name)) continue;
    if (stage.needsRoot && process.getuid?.() !== 0) {
      counts.skipped.push(`the stage "${stage.name}": it needs root`);
      continue;
    }
    await timed(stage.name, () => runStage(stage, counts));
  }
  return conclude(counts, times);
}

async function runStage({ name, pattern, concurrency }: Stage, counts: Counts): Promise<void> {
  // The agents' own tests run what is shipped; from source is for one who writes them.
  if (name === 'binary') process.env.GANETI_HA_TEST_BINARY = '1';
  const files = pattern === undefined ? filesOfNoStage() : filesOf(pattern);
  if (files.length === 0) {
    console.log('no test files');
    return;
  }
  // Backwards: the longest of the drills come last by name, and would be left running alone at the end.
  const stream = run({ files: files.reverse(), cwd: PROJECT, concurrency });
  stream.on('test:pass', ({ name: test, skip, details }) => {
    if (details.type === 'suite') return;
    if (skip === undefined) counts.passed++;
    else counts.skipped.push(`${name}: ${test}${typeof skip === 'string' ? ` (${skip})` : ''}`);
  });
  stream.on('test:fail', ({ name: test, details }) => {
    const { error, type } = details;
    // A suite that failed because of a test in it has been counted; one whose hook failed has not.
    if (type !== 'suite' || !('failureType' in error) || error.failureType !== 'subtestsFailed')
      counts.failed.push(`${name}: ${test}`);
  });
  for await (const text of stream.compose(new spec())) process.stdout.write(text);
}

function filesOf(pattern: string): string[] {
  return globSync(pattern, { cwd: PROJECT }).sort();
}

function filesOfNoStage(): string[] {
  const taken = new Set(STAGES.flatMap(({ pattern }) => (pattern === undefined ? [] : filesOf(pattern))));
  return filesOf('test/**/*.test.ts').filter((file) => !taken.has(file));
}

function conclude({ passed, failed, skipped }: Counts, times: readonly string[]): number {
  const strict = process.env.CI !== undefined && process.env.CI !== 'false';
  console.log(`\n${times.join(', ')}`);
  // Once more: much output lies between a failure and its end.
  for (const what of failed) console.log(`FAILED: ${what}`);
  for (const what of skipped) console.log(`${strict ? 'FAILED: skipped in CI' : 'skipped'}: ${what}`);
  const failures = failed.length + (strict ? skipped.length : 0);
  console.log(`${passed} passed, ${failures} failed, ${strict ? 0 : skipped.length} skipped`);
  if (passed === 0) console.log('no test passed, which counts as a failure');
  return failures === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
