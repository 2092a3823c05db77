// One block of random schedules: those that a seed makes, until one breaks an invariant.
import * as fc from 'fast-check';
import { instanceSchedules } from './instance-schedule.ts';
import { asScenario, type Judged, judgeSchedule } from './judge-schedule.ts';
import { type Schedule, schedules } from './schedule.ts';

/** Small, so that any number of cores shares them evenly; what a block holds depends on its seed alone. */
export const BLOCK = 250;

/** Hosts alone, or hosts with instances that are repaired. */
export const SUBJECTS = { hosts: schedules, instances: instanceSchedules } as const;

export type Subject = keyof typeof SUBJECTS;

/** What a block of a run is about: one subject, or mixed as below. */
export type Subjects = Subject | 'mixed';

/** What instances add is one invariant of eight, and their repairs. */
const ONE_WITH_INSTANCES_IN = 10;

/** The first block is of hosts, so that a find of theirs can be played again by its seed alone. */
export function subjectOf(index: number, subjects: Subjects): Subject {
  if (subjects !== 'mixed') return subjects;
  return (index + 1) % ONE_WITH_INSTANCES_IN === 0 ? 'instances' : 'hosts';
}

export interface Block {
  readonly runs: number;
  readonly seed: number;
  readonly subject: Subject;
}

/** The smallest schedule found that breaks an invariant, as a scenario to read; undefined where none does. */
export async function playBlock({ runs, seed, subject }: Block): Promise<string | undefined> {
  const property = fc.asyncProperty(
    SUBJECTS[subject],
    async (schedule) => (await judgeSchedule(schedule)).violations.length === 0,
  );
  const { failed, counterexample, numRuns, errorInstance } = await fc.check(property, {
    numRuns: runs,
    seed,
  });
  if (!failed) return undefined;
  const again = `again: npm run campaign -- ${runs} ${seed}${subject === 'hosts' ? '' : ` ${subject}`}`;
  const [smallest] = counterexample ?? [];
  if (smallest === undefined) return `${again}\n${String(errorInstance)}`;
  return `schedule ${numRuns} of its block, shrunk; ${again}\n${await retold(smallest)}`;
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
