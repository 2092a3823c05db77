import type { Env } from '../env/env.ts';
import { REPAIR_LOCK } from '../env/paths.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { failedInstanceJobs } from '../ganeti/repair-job-queries.ts';
import { withLock } from '../sweep/lock.ts';
import { execute, type PassAttempt } from './execute.ts';
import { lookAtRepairs, type RepairLook, withPlan } from './look.ts';
import { notePass } from './note-pass.ts';
import type { PolicySource, StepKind } from './plan-types.ts';
import { type Refusal, type RepairRequest, refusal } from './request.ts';
import { tagFailures } from './tag-failures.ts';
import { withdrawOvertaken } from './withdraw.ts';

export { lookAtRepairs, type Refusal, type RepairLook, type RepairRequest };

/** A job that a pass has submitted: tags of the plan, a step of a repair, or that step's id into the pending tag. */
export interface Submitted {
  readonly what: 'tags' | 'step' | 'record';
  readonly on: PolicySource;
  readonly job: number;
  readonly step?: StepKind;
}

export interface NotSubmitted {
  readonly what: 'tags' | 'step' | 'record';
  readonly on: PolicySource;
  readonly step?: StepKind;
  readonly text: string;
  /** False: it may have been submitted all the same; the next pass finds it by its reason. */
  readonly known: boolean;
}

export interface PassReport extends RepairLook {
  readonly submitted: readonly Submitted[];
  readonly failures: readonly NotSubmitted[];
}

const LOCK_WAIT_MS = 15_000;

/** What submitting needs: three calls that luxid answers in some hundredths of a second each. */
const SUBMIT_MS = 300;

/**
 * One pass: looks, plans, submits, and waits for nothing. What it has submitted the next one sees, so that it may be
 * interrupted anywhere. Two at a time would announce the same repair twice.
 */
export async function repairPass(request: RepairRequest): Promise<PassReport | Refusal> {
  const { env, dryRun = false } = request;
  if (dryRun) {
    const look = await lookAtRepairs(request);
    return look.kind === 'refused' ? look : { ...look, submitted: [], failures: [] };
  }
  const report = await withLock(env, REPAIR_LOCK, LOCK_WAIT_MS, () => passUnderLock(request), true);
  return (
    report ??
    refusal(
      'GNH411',
      'Another round of repairs is under way here and does not end, or /run/ganeti-ha takes no lock; nothing was done. Try again.',
    )
  );
}

/** The same for who holds the lock already. */
export function passUnderLock(request: RepairRequest): Promise<PassReport | Refusal> {
  const { env, trigger, reason, delaySeconds = 0, deadline, select } = request;
  return withPlan(request, async (call, look) => {
    if (deadline !== undefined && deadline.left() < SUBMIT_MS) return TOO_LATE;
    const withdrawn = look.frozen ? [] : await withdrawOvertaken(call, env, look.facts);
    // Who names an instance wants it tried now.
    const failing = look.frozen || select !== undefined ? NONE : await failingTags(call, env, look);
    const attempts = look.frozen ? [] : await execute(call, look, { reason, delaySeconds, failing });
    const report: PassReport = {
      ...look,
      submitted: attempts.flatMap(submittedOf),
      failures: attempts.flatMap(notSubmittedOf),
    };
    notePass(env, trigger, look.plan, attempts, withdrawn);
    return report;
  });
}

const NONE: ReadonlyMap<string, string> = new Map();

async function failingTags(
  call: LuxiCall,
  env: Env,
  { plan }: RepairLook,
): Promise<ReadonlyMap<string, string>> {
  const writes = plan.expired.length > 0 || plan.instances.some(({ action }) => action.kind === 'tag');
  return writes ? tagFailures(await failedInstanceJobs(call), env.clock.now()) : NONE;
}

const TOO_LATE = refusal(
  'GNH400',
  'Looking at repairs took all the time that a monitor has for them; nothing was done. Now: gnt-ha repair',
);

function submittedOf(attempt: PassAttempt): readonly Submitted[] {
  return attempt.kind === 'submitted' ? [{ ...partOf(attempt), job: attempt.job }] : [];
}

function notSubmittedOf(attempt: PassAttempt): readonly NotSubmitted[] {
  if (attempt.kind === 'submitted') return [];
  return [{ ...partOf(attempt), text: attempt.text, known: attempt.known }];
}

function partOf({ of }: PassAttempt): Pick<Submitted, 'what' | 'on' | 'step'> {
  const { what, on } = of;
  return of.what === 'step' ? { what, on, step: of.step } : { what, on };
}
