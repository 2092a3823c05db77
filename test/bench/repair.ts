import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makePackage } from '../../packaging/deb/package.ts';
import { plainEnvironment } from '../lab/command.ts';
import { inLayer } from '../lab/layer/in-layer.ts';
import { median } from './measure.ts';
import { type RepairWorld, worldThatLost } from './repair-world.ts';

/**
 * `npm run bench -- repair`: how long the plan for a lost node takes in a cluster of 500 nodes and 10,000 instances, next
 * to `harep --dry-run` on the same described cluster in the same run. Exit 1 where a budget is missed, twice in a row.
 */
const NODES = 500;
const INSTANCES = 10_000;
const ROUNDS = 7;
const BUDGET = { wallMs: 1500, rssMiB: 250, timesHarep: 1 } as const;
const PROJECT = join(import.meta.dirname, '../..');

interface Figures {
  readonly wallMs: number;
  readonly cpuMs: number;
  readonly rssMiB: number;
}

interface Run extends Figures {
  readonly code: number;
  readonly said: string;
}

export async function benchRepair(): Promise<number> {
  if (process.getuid?.() !== 0) {
    console.error(
      "bench: harep runs in an overlay with Debian's packages, which needs root; nothing was measured. Run it as root.",
    );
    return 1;
  }
  await makePackage();
  const large = await worldThatLost(NODES, INSTANCES);
  const small = await worldThatLost(NODES, INSTANCES / 10);
  try {
    let problems: readonly string[] = [];
    for (const attempt of ['first', 'second'] as const) {
      problems = await measureAndJudge(large, small);
      if (problems.length === 0) break;
      console.log(`\nover the budget at the ${attempt} try:`);
      for (const problem of problems) console.log(`  ${problem}`);
    }
    const words = `${BUDGET.wallMs} ms, ${BUDGET.rssMiB} MiB, no slower than harep, and as many LUXI calls however many are healthy`;
    console.log(`\n${problems.length === 0 ? 'within' : 'NOT within'} the budget: ${words}`);
    return problems.length === 0 ? 0 : 1;
  } finally {
    await large.close();
    await small.close();
  }
}

async function measureAndJudge(large: RepairWorld, small: RepairWorld): Promise<readonly string[]> {
  const [ours, harep] = await measure(large);
  const calls = await callsOfOnePlan(large);
  const fewer = await callsOfOnePlan(small);
  console.log(`\none node of ${NODES} lost, ${INSTANCES} instances: median of ${ROUNDS}`);
  console.log(line('gnt-ha repair --dry-run', ours));
  console.log(line('harep --dry-run', harep));
  const times = ours.wallMs / harep.wallMs;
  console.log(`  ${times.toFixed(2)} times harep's time`);
  console.log(`  LUXI calls: ${calls.length}; with ${INSTANCES / 10} instances: ${fewer.length}`);
  const problems: string[] = [];
  if (!(ours.wallMs <= BUDGET.wallMs)) problems.push(`${ours.wallMs.toFixed(0)} ms for the plan`);
  if (!(ours.rssMiB <= BUDGET.rssMiB)) problems.push(`${ours.rssMiB.toFixed(0)} MiB resident at the most`);
  if (!(times <= BUDGET.timesHarep)) problems.push(`${times.toFixed(2)} times as long as harep`);
  if (calls.length !== fewer.length || calls.length === 0)
    problems.push(`LUXI calls: ${calls.join(' ')}, and with fewer instances: ${fewer.join(' ')}`);
  return problems;
}

function line(title: string, { wallMs, cpuMs, rssMiB }: Figures): string {
  return `  ${title.padEnd(26)}${wallMs.toFixed(0).padStart(6)} ms wall ${cpuMs.toFixed(0).padStart(6)} ms CPU ${rssMiB.toFixed(0).padStart(5)} MiB`;
}

/** Both in the same throw-away root, in turns. */
async function measure({ world, luxid }: RepairWorld): Promise<readonly [Figures, Figures]> {
  const env = { ...plainEnvironment, GANETI_HA_ROOT: world.root };
  const cases = [
    { argv: [join(PROJECT, 'build/root/usr/sbin/gnt-ha'), 'repair', '--dry-run'], env },
    { argv: ['harep', `-L${luxid.socket}`, '--dry-run'], env },
  ];
  const answer = await runMeter({ cases, rounds: ROUNDS }, world.root);
  const [ours = [], harep = []] = answer;
  for (const [title, runs] of [
    ['gnt-ha repair', ours],
    ['harep', harep],
  ] as const) {
    const wrong = runs.find(({ code, said }) => code !== 0 || !said.includes('lost0.lab.test'));
    if (wrong !== undefined)
      throw new Error(`${title}: exit code ${wrong.code}; it said: ${wrong.said.slice(-1500)}`);
  }
  return [figuresOf(ours), figuresOf(harep)];
}

async function runMeter(job: unknown, root: string): Promise<readonly (readonly Run[])[]> {
  const { stdout } = await inLayer(
    ['python3', '-IS', '-c', readFileSync(join(import.meta.dirname, 'once.py'), 'utf8')],
    {
      agents: false,
      // The candidates' ConfD is this process's.
      network: true,
      input: JSON.stringify(job),
      binds: [
        { source: root, target: root, readOnly: false },
        { source: PROJECT, target: PROJECT },
      ],
      timeoutMs: 300_000,
    },
  );
  return JSON.parse(stdout) as readonly (readonly Run[])[];
}

function figuresOf(runs: readonly Run[]): Figures {
  return {
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    rssMiB: Math.max(...runs.map(({ rssMiB }) => rssMiB)),
  };
}

async function callsOfOnePlan({ world, luxid }: RepairWorld): Promise<readonly string[]> {
  luxid.requests.length = 0;
  await world.gntHa('repair', '--dry-run');
  return luxid.requests.map(({ method }) => method);
}
