import { join } from 'node:path';
import { makePackage } from '../../packaging/deb/package.ts';
import { configurePcs } from '../lab/configure.ts';
import { closeLab, type Lab, openLab } from '../lab/lab.ts';
import { BUDGET, missed, type Row } from './budget.ts';
import { type Case, casesOf } from './cases.ts';
import { benchFailover } from './failover.ts';
import { measure, prepare } from './measure.ts';
import { benchRepair } from './repair.ts';
import { benchScenarios } from './scenarios.ts';
import { tableOf } from './table.ts';

const PROJECT = join(import.meta.dirname, '../..');

/**
 * `npm run bench`: what `monitor` of both compiled agents costs on a real cluster, next to what upstream's example
 * agents and ocf:pacemaker:Dummy cost in the same run. Exit 1 where a budget is missed, twice in a row.
 */
async function bench(): Promise<number> {
  if (process.getuid?.() !== 0) {
    console.error(
      'bench: it measures in a real Ganeti and Pacemaker cluster made of namespaces, which needs root; nothing was measured. Run it as root.',
    );
    return 1;
  }
  await makePackage();
  const dir = process.env.LAB_DIR ?? join(PROJECT, '.lab', 'bench');
  console.log('bringing up a cluster of three hosts');
  const lab = await openLab({ hosts: 3, dir, tied: true });
  try {
    await configurePcs(lab);
    return await measureAndJudge(lab);
  } finally {
    await closeLab(lab);
  }
}

async function measureAndJudge(lab: Lab): Promise<number> {
  const master = await lab.ganetiMaster();
  const other = lab.hosts.find((host) => host !== master);
  if (master === undefined || other === undefined) throw new Error('no Ganeti master answers');
  const cases = casesOf(master, other, lab.hosts.length);
  await prepare(lab, [master, other]);
  let problems: readonly string[] = [];
  for (const attempt of ['first', 'second'] as const) {
    const rows = await measureAll(lab, cases);
    for (const line of tableOf(rows)) console.log(line);
    problems = rows.flatMap((row) => missed(row, rows));
    if (problems.length === 0) break;
    console.log(`\nover the budget at the ${attempt} try:`);
    for (const problem of problems) console.log(`  ${problem}`);
  }
  const words = `at most ${BUDGET.cpuMs} ms of CPU, ${BUDGET.anonMiB} MiB of anonymous memory and 1/${BUDGET.timesUpstream} of upstream's CPU`;
  console.log(
    `\n${problems.length === 0 ? 'within' : 'NOT within'} the budget for a monitor that finds nothing new: ${words}`,
  );
  return problems.length === 0 ? 0 : 1;
}

/** One host after the other: two at a time would measure each other. */
async function measureAll(lab: Lab, cases: readonly Case[]): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const host of new Set(cases.map((one) => one.host))) {
    rows.push(
      ...(await measure(
        lab,
        host,
        cases.filter((one) => one.host === host),
      )),
    );
  }
  return rows;
}

switch (process.argv[2]) {
  case 'failover':
    process.exitCode = await benchFailover(process.argv[3]);
    break;
  case 'repair':
    process.exitCode = await benchRepair();
    break;
  case 'scenarios':
    process.exitCode = benchScenarios();
    break;
  default:
    process.exitCode = await bench();
}
