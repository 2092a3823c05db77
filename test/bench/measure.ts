import { cpSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from '../lab/lab.ts';
import { type Case, dummy } from './cases.ts';

/** What one case took: medians of its runs. */
export interface Figures {
  readonly cpuMs: number;
  readonly wallMs: number;
  /** Anonymous memory that the process holds when it ends. */
  readonly anonMiB: number;
  /** The most that it and its children held at any moment of any run. */
  readonly peakMiB: number;
}

/** A run ended with another exit code than the case's: what was measured is not what its title says. */
export class OtherOutcome extends Error {
  readonly title: string;
  readonly code: number;
  readonly said: string;

  constructor(title: string, code: number, said: string) {
    super(`${title}: exit code ${code}, so something else was measured; it said: ${said.trim()}`);
    this.name = 'OtherOutcome';
    this.title = title;
    this.code = code;
    this.said = said;
  }
}

const TIMED_ROUNDS = 31;
const SAMPLED_ROUNDS = 7;

interface Measured {
  readonly runs: readonly {
    readonly cpuMs: number;
    readonly wallMs: number;
    readonly code: number;
    readonly said: string;
  }[];
  readonly samples: readonly { readonly peakMiB: number; readonly lastMiB: number }[];
}

/** Puts the meter and upstream's way into the hosts and starts the Dummy. */
export async function prepare(lab: Lab, hosts: readonly string[]): Promise<void> {
  for (const host of hosts) {
    for (const file of ['meter.py', 'upstream-role'])
      cpSync(join(import.meta.dirname, file), join(lab.paths.shared, host, file));
    const { argv, env } = dummy(host, 'start');
    await lab.exec(host, argv, { env });
  }
}

/** Measures cases of one host, interleaved. Throws OtherOutcome. */
export async function measure(
  lab: Lab,
  host: string,
  cases: readonly Case[],
): Promise<readonly (Case & Figures)[]> {
  const job = { cases, timedRounds: TIMED_ROUNDS, sampledRounds: SAMPLED_ROUNDS };
  const { stdout } = await lab.exec(host, ['python3', '-IS', '/lab/meter.py'], {
    input: JSON.stringify(job),
    timeoutMs: 300_000,
  });
  const measured = JSON.parse(stdout) as readonly Measured[];
  return cases.map((one, at) => ({ ...one, ...figuresOf(one, measured[at]) }));
}

function figuresOf(one: Case, measured: Measured | undefined): Figures {
  if (measured === undefined) throw new Error(`${one.title} was not measured`);
  const { runs, samples } = measured;
  const other = runs.find(({ code }) => code !== one.code);
  if (other !== undefined) throw new OtherOutcome(one.title, other.code, other.said);
  return {
    cpuMs: median(runs.map(({ cpuMs }) => cpuMs)),
    wallMs: median(runs.map(({ wallMs }) => wallMs)),
    anonMiB: median(samples.map(({ lastMiB }) => lastMiB)),
    peakMiB: Math.max(...samples.map(({ peakMiB }) => peakMiB)),
  };
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
