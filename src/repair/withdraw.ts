import type { Env } from '../env/env.ts';
import { cancelJob } from '../ganeti/jobs.ts';
import { type LuxiCall, LuxiError } from '../ganeti/luxi.ts';
import { diagnose } from './diagnose.ts';
import type { RepairFacts, RepairJob } from './facts.ts';
import type { Diagnosis } from './plan-types.ts';

/** A job that was to be taken back. */
export interface Withdrawn {
  readonly instance: string;
  readonly job: number;
  /** False where Ganeti did not take it back any more. */
  readonly done: boolean;
  readonly text: string;
}

/**
 * Takes back reinstallations that still wait in Ganeti's queue, behind others for hours maybe, while a node with the
 * data has come back: what was the only thing left to do would destroy the last copy by now. What Ganeti does not
 * take back has begun. Throws LuxiError where luxid answers nothing.
 */
export async function withdrawOvertaken(
  call: LuxiCall,
  env: Pick<Env, 'log'>,
  facts: RepairFacts,
): Promise<readonly Withdrawn[]> {
  const withdrawn: Withdrawn[] = [];
  for (const { job, name, because } of overtaken(facts)) {
    const done = await cancel(call, job.id);
    const did = done === true ? 'was taken back' : `could not be taken back (${done})`;
    env.log('warning', `GNH402 ${name}: job ${job.id}, which was to reinstall it, ${did}: ${because}`);
    withdrawn.push({ instance: name, job: job.id, done: done === true, text: because });
  }
  return withdrawn;
}

function overtaken({ jobs, instances, nodes }: RepairFacts): readonly {
  readonly job: RepairJob;
  readonly name: string;
  readonly because: string;
}[] {
  const waiting = jobs.filter(
    ({ status, repair, untouched }) => status === 'unfinished' && repair !== undefined && untouched === true,
  );
  return waiting.flatMap((job) => {
    const instance = instances.find(({ name }) => job.instances.includes(name));
    if (instance === undefined) return [];
    const primary = nodes.get(instance.primary);
    const secondary = nodes.get(instance.secondary ?? '');
    const diagnosis = diagnose(instance, { primary, secondary, elsewhere: true });
    return hasCopy(diagnosis) ? [{ job, name: instance.name, because: diagnosis.because }] : [];
  });
}

/** Doubt is no reason to take anything back: it passes. */
function hasCopy(diagnosis: Diagnosis): boolean {
  switch (diagnosis.kind) {
    case 'healthy':
      return true;
    case 'broken':
      return diagnosis.step !== 'reinstall';
    case 'held':
      return diagnosis.hold === 'node-alive' || diagnosis.hold === 'last-copy';
    default:
      return diagnosis satisfies never;
  }
}

/** Otherwise luxid's words. */
async function cancel(call: LuxiCall, job: number): Promise<true | string> {
  try {
    const { done, words } = await cancelJob(call, job);
    return done || words;
  } catch (error) {
    if (error instanceof LuxiError && error.failure.kind === 'rejected') return error.message;
    throw error;
  }
}
