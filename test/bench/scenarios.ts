import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { median } from './measure.ts';

/**
 * `npm run bench -- scenarios`: how long the whole suite of scenarios takes, as anybody runs it, its start included.
 * Exit 1 where the budget is missed, twice in a row. It needs no root.
 */
const ROUNDS = 3;
const SUITE = 'test/scenarios.test.ts';
const PROJECT = join(import.meta.dirname, '../..');
export const SUITE_BUDGET = {
  // pve-ha-manager, which has most of the others, has 144.
  scenarios: 150,
  wallS: 60,
};

export interface Suite {
  readonly passed: number;
  readonly failed: number;
  readonly wallS: number;
  /** Where it is far below the time on the clock, others were at work on the machine. */
  readonly cpuS: number;
}

export function benchScenarios(): number {
  let problems: readonly string[] = [];
  for (const attempt of ['first', 'second'] as const) {
    const rounds = Array.from({ length: ROUNDS }, playAll);
    const suite = typical(rounds);
    const all = rounds.map(({ wallS }) => wallS.toFixed(1)).join(', ');
    console.log(
      `${suite.passed} scenarios: ${suite.wallS.toFixed(1)} s, median of ${all}; ${suite.cpuS.toFixed(1)} s of CPU`,
    );
    problems = missedBySuite(suite);
    if (problems.length === 0) break;
    console.log(`\nover the budget at the ${attempt} try:`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  const words = `at least ${SUITE_BUDGET.scenarios} scenarios within ${SUITE_BUDGET.wallS} s`;
  console.log(`\n${problems.length === 0 ? 'within' : 'NOT within'} the budget: ${words}`);
  return problems.length === 0 ? 0 : 1;
}

/** The times in the middle; of what passed the fewest, and of what failed the most. */
function typical(rounds: readonly Suite[]): Suite {
  return {
    passed: Math.min(...rounds.map(({ passed }) => passed)),
    failed: Math.max(...rounds.map(({ failed }) => failed)),
    wallS: median(rounds.map(({ wallS }) => wallS)),
    cpuS: median(rounds.map(({ cpuS }) => cpuS)),
  };
}

function playAll(): Suite {
  const started = performance.now();
  const before = cpuOfChildren();
  const { stdout } = spawnSync(process.execPath, ['--test', '--test-reporter=tap', SUITE], {
    ...{ cwd: PROJECT, encoding: 'utf8', maxBuffer: 100_000_000 },
    // What wrote the logs anew would find no difference.
    env: { ...process.env, UPDATE_GOLDEN: '' },
  });
  const wallS = (performance.now() - started) / 1000;
  return { ...countsIn(stdout), wallS, cpuS: cpuOfChildren() - before };
}

/** Seconds of all that have ended: `cutime` and `cstime` of proc(5), in the kernel's ticks of 10 ms. */
function cpuOfChildren(): number {
  const fields = readFileSync('/proc/self/stat', 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** The summary of a TAP report; what is not there is no number. */
export function countsIn(report: string): Pick<Suite, 'passed' | 'failed'> {
  const count = (name: string): number =>
    Number(new RegExp(`^# ${name} (\\d+)$`, 'm').exec(report)?.[1] ?? Number.NaN);
  return { passed: count('pass'), failed: count('fail') };
}

/** One sentence for each way in which the suite misses its budget. A figure that is not there misses it, too. */
export function missedBySuite({ passed, failed, wallS }: Omit<Suite, 'cpuS'>): readonly string[] {
  const { scenarios, wallS: most } = SUITE_BUDGET;
  const problems: string[] = [];
  if (failed !== 0) problems.push(`${failed} scenarios failed`);
  if (!(passed >= scenarios)) problems.push(`${passed} scenarios, at least ${scenarios} are asked for`);
  if (!(wallS <= most)) problems.push(`${wallS.toFixed(1)} s for all of them, at most ${most} s are allowed`);
  return problems;
}
