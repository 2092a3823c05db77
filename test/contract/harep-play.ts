import assert from 'node:assert/strict';
import { type LuxiCluster, luxiCluster } from '../luxi-cluster/server.ts';
import type { HarepCase } from './harep-case.ts';
import { DANGERS } from './harep-cases-danger.ts';
import { OTHERS } from './harep-cases-other.ts';
import { SAME } from './harep-cases-same.ts';
import { type Outcome, outcomeOf } from './harep-outcome.ts';

export const CASES: readonly HarepCase[] = [...SAME, ...DANGERS, ...OTHERS];

const RUNS = 3;

/** One run of either program; its exit code. */
export type Run = (luxid: LuxiCluster) => Promise<number | undefined>;

export async function play(one: HarepCase, socket: string, run: Run): Promise<Outcome> {
  const luxid = await luxiCluster(socket, one.cluster);
  try {
    one.prepare?.(luxid);
    const exits: (number | undefined)[] = [];
    for (let number = 1; number <= (one.runs ?? RUNS); number++) {
      if (number > 1) one.between?.(luxid, number);
      const together = Array.from({ length: one.together ?? 1 }, () => run(luxid));
      exits.push(...(await Promise.all(together)).sort());
    }
    return outcomeOf(luxid, exits);
  } finally {
    await luxid.close();
  }
}

/** What is not expected is not compared, except that every run ends with 0. */
export function assertOutcome(found: Outcome, expected: Partial<Outcome>): void {
  const all: Partial<Outcome> = { exits: found.exits.map(() => 0), ...expected };
  const compared = Object.fromEntries(Object.entries(found).filter(([key]) => key in all));
  assert.deepEqual(compared, all);
}
