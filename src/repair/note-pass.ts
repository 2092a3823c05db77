import type { Env } from '../env/env.ts';
import { type LedgerEntry, type LedgerEvent, recentEntries, record } from '../sweep/ledger.ts';
import type { PassAttempt } from './execute.ts';
import type { InstancePlan, RepairPlan, Wait } from './plan-types.ts';
import { readTag } from './tags.ts';
import { isWanted, whyOf } from './told.ts';
import type { Withdrawn } from './withdraw.ts';

/** A hold that stands is written down again after this. */
const NOTE_AGAIN_MS = 6 * 3_600_000;

/** What may last, and is in nobody's queue of ours. */
const NOTED_WAITS: readonly Wait[] = ['no-room', 'stopped', 'other-job'];

/** Of more instances the ledger has only the number: a whole cluster without power is to fit into it as well. */
const NAMED = 20;

/**
 * Writes down what a pass did, and what it did not do and why; the latter once, and not with every pass. Also what luxid
 * may have taken without its answer having come: the next pass finds it done, and writes down nothing.
 */
export function notePass(
  env: Env,
  trigger: string,
  plan: RepairPlan,
  attempts: readonly PassAttempt[],
  withdrawn: readonly Withdrawn[] = [],
): void {
  const doubts = new Map(attempts.flatMap(doubtOf));
  const changed = plan.instances.flatMap((line) => {
    const doubt = doubts.get(line.instance);
    return doubt === undefined ? [] : [{ ...line, doubt }];
  });
  const held = heldEvents(plan);
  const since = env.clock.now() - NOTE_AGAIN_MS;
  const past = held.length === 0 ? [] : recentEntries(env, since);
  const events = [
    ...withdrawn.map((one) => ({ event: 'repair-withdrawn', ...one }) as const),
    ...begunEvents(changed),
    ...attempts.flatMap(submittedEvent),
    ...changed.flatMap(endedEvent),
    ...held.filter((event) => !past.some((entry) => isSame(entry, event))),
  ];
  const failed = record(env, trigger, events);
  if (failed !== undefined) env.log('warning', `GNH313 The ledger could not be written: ${failed}`);
}

/** Of whose tags were changed, or may have been. */
function doubtOf(attempt: PassAttempt): readonly (readonly [name: string, doubt: string])[] {
  const { what, on } = attempt.of;
  if (what !== 'tags') return [];
  if (attempt.kind === 'submitted') return [[on.name, '']];
  return attempt.known ? [] : [[on.name, `; not known whether Ganeti took it: ${attempt.text}`]];
}

interface Changed extends InstancePlan {
  /** Empty where there is none. */
  readonly doubt: string;
}

function begunEvents(changed: readonly Changed[]): readonly LedgerEvent[] {
  const begun = changed.flatMap(({ instance, action, diagnosis, doubt }) => {
    const tags = action.kind === 'tag' && diagnosis.kind === 'broken' ? action.set : [];
    const pending = tags.map(readTag).find((read) => read?.kind === 'pending')?.pending;
    return pending === undefined || pending.jobs.length > 0
      ? []
      : [{ instance, type: pending.type, text: diagnosis.because + doubt }];
  });
  return [...Map.groupBy(begun, ({ type, text }) => `${type} ${text}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { type, text } = first;
    return [{ event: 'repair-begun', ...named(group), type, text } as const];
  });
}

function submittedEvent(attempt: PassAttempt): readonly LedgerEvent[] {
  if (attempt.kind !== 'submitted' || attempt.of.what !== 'step') return [];
  const { on, step, repair } = attempt.of;
  return [{ event: 'repair-submitted', instance: on.name, step, job: attempt.job, repair }];
}

function endedEvent({ instance, ended, because, doubt }: Changed): readonly LedgerEvent[] {
  if (ended === undefined) return [];
  return [{ event: 'repair-ended', instance, outcome: ended, text: because + doubt }];
}

type HeldEvent = Extract<LedgerEvent, { event: 'repair-held' }>;

function heldEvents({ instances }: RepairPlan): readonly HeldEvent[] {
  const held = instances.flatMap((line) => {
    const { instance, state, diagnosis, action } = line;
    const hold =
      state === 'unclear'
        ? 'unclear'
        : diagnosis.kind === 'held'
          ? diagnosis.hold
          : action.kind === 'wait' && NOTED_WAITS.includes(action.wait)
            ? action.wait
            : undefined;
    return hold === undefined || !isWanted(line) ? [] : [{ instance, hold, text: whyOf(line) }];
  });
  return [...Map.groupBy(held, ({ hold, text }) => `${hold} ${text}`).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { hold, text } = first;
    return [{ event: 'repair-held', hold, ...named(group), text } as const];
  });
}

function named(group: readonly { readonly instance: string }[]): {
  readonly instances: readonly string[];
  readonly count: number;
} {
  return { instances: group.slice(0, NAMED).map(({ instance }) => instance), count: group.length };
}

function isSame(entry: LedgerEntry, { hold, instances, count }: HeldEvent): boolean {
  return (
    entry.event === 'repair-held' &&
    entry.hold === hold &&
    entry.count === count &&
    entry.instances.join() === instances.join()
  );
}
