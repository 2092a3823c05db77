// Random schedules until one breaks an invariant, or until there have been enough.
import * as fc from 'fast-check';
import { asScenario, type Judged, judgeSchedule } from './judge-schedule.ts';
import { type Schedule, schedules } from './schedule.ts';

export interface Campaign {
  readonly runs: number;
  readonly seed: number;
  /** Schedules begun so far, for a progress line. */
  readonly told?: (count: number) => void;
}

/** The smallest schedule found that breaks an invariant, as a scenario to read; undefined where none does. */
export async function campaign({ runs, seed, told }: Campaign): Promise<string | undefined> {
  let count = 0;
  const property = fc.asyncProperty(schedules, async (schedule) => {
    told?.(++count);
    return (await judgeSchedule(schedule)).violations.length === 0;
  });
  const { failed, counterexample, numRuns, errorInstance } = await fc.check(property, {
    numRuns: runs,
    seed,
  });
  if (!failed) return undefined;
  const [smallest] = counterexample ?? [];
  if (smallest === undefined) return `seed ${seed}: ${String(errorInstance)}`;
  return `seed ${seed}, schedule ${numRuns}, shrunk:\n${await retold(smallest)}`;
}

async function retold(schedule: Schedule): Promise<string> {
  let judged: Judged;
  try {
    judged = await judgeSchedule(schedule);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    judged = { violations: [{ invariant: 0, atMs: 0, text }], text: '' };
  }
  return asScenario(schedule, judged);
}
