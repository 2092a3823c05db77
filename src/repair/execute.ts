import type { LuxiCall } from '../ganeti/luxi.ts';
import type { RepairFacts } from './facts.ts';
import { formatPending } from './format-tags.ts';
import type { RepairLook } from './look.ts';
import type { InstancePlan, PolicySource, RepairPlan, StepKind } from './plan-types.ts';
import { type RepairAction, stepOps } from './steps.ts';
import { type Attempt, submitAll, type Wish } from './submit.ts';
import { type TagChange, taggedKey, tagOps } from './tag-jobs.ts';

/** A job of a pass: what of it is done to what. */
export type PassJob =
  /** Tags as the plan has them. */
  | { readonly what: 'tags'; readonly on: PolicySource }
  | { readonly what: 'step'; readonly on: PolicySource; readonly step: StepKind; readonly repair: string }
  /** The id of a step's job put into the pending tag. */
  | { readonly what: 'record'; readonly on: PolicySource };

export type PassAttempt = Attempt<PassJob>;

export interface ExecuteOptions {
  /** The operator's words for the reason trail. */
  readonly reason: string | undefined;
  readonly delaySeconds: number;
  /** What waits since its tags could not be written, and why, by `taggedKey`. */
  readonly failing: ReadonlyMap<string, string>;
}

/** More tag jobs than these at once would only keep luxid from the repairs themselves; the next pass has the others. */
const TAG_JOBS_AT_ONCE = 100;

/**
 * Submits what a plan has to be done and waits for no job: tags first, then the steps, then their ids into the pending
 * tags, which wait in Ganeti for the step's lock on its instance. Never throws for what luxid says.
 */
export async function execute(
  call: LuxiCall,
  { facts, plan, tagging }: Pick<RepairLook, 'facts' | 'plan' | 'tagging'>,
  { reason, delaySeconds, failing }: ExecuteOptions,
): Promise<readonly PassAttempt[]> {
  const { nowMs, iallocator } = facts;
  const told = (text: string): string => (reason === undefined ? text : `${reason}: ${text}`);
  const wishes = tagWishes(facts, plan, tagging, told);
  const due = wishes.filter(({ of }) => !failing.has(taggedKey(of.on))).slice(0, TAG_JOBS_AT_ONCE);
  const tags = [...wishes.flatMap((wish) => waitingOf(wish, failing)), ...(await submitAll(call, due))];
  if (tags.some(isLost)) return tags;
  const byName = new Map(facts.instances.map((instance) => [instance.name, instance]));
  const repairs = plan.instances.flatMap(repairOf);
  const steps = await submitAll(
    call,
    repairs.flatMap(({ action, because, name }): readonly Wish<Step>[] => {
      const instance = byName.get(name);
      if (instance === undefined) return [];
      const context = { nowMs, iallocator, because: told(because), delaySeconds };
      const of = { ...on(name), what: 'step', step: action.step, repair: action.pending.id, action } as const;
      return [{ of, ops: () => stepOps(action, instance, context) }];
    }),
  );
  if (steps.some(isLost)) return [...tags, ...steps.map(withoutAction)];
  const records = await submitAll(
    call,
    steps.flatMap((attempt) =>
      attempt.kind === 'submitted' ? [recordWish(attempt.of, attempt.job, nowMs)] : [],
    ),
  );
  return [...tags, ...steps.map(withoutAction), ...records];
}

function waitingOf({ of }: Wish<PassJob>, failing: ReadonlyMap<string, string>): readonly PassAttempt[] {
  const text = failing.get(taggedKey(of.on));
  return text === undefined ? [] : [{ kind: 'not-submitted', of, text, known: true }];
}

type Step = Extract<PassJob, { what: 'step' }> & { readonly action: RepairAction };

function repairOf(plan: InstancePlan): readonly { action: RepairAction; because: string; name: string }[] {
  const { action, diagnosis, instance: name } = plan;
  return action.kind === 'repair' ? [{ action, because: diagnosis.because, name }] : [];
}

function withoutAction(attempt: Attempt<Step>): PassAttempt {
  const { action: _, ...of } = attempt.of;
  return { ...attempt, of };
}

/** Nothing that came after it on this connection would be answered. */
function isLost(attempt: Attempt<unknown>): boolean {
  return attempt.kind === 'not-submitted' && !attempt.known;
}

function tagWishes(
  { jobs, nowMs }: RepairFacts,
  { instances, expired }: RepairPlan,
  tagging: ReadonlySet<string>,
  told: (text: string) => string,
): readonly Wish<PassJob>[] {
  const changes = instances.flatMap(({ instance, action, because }) =>
    action.kind === 'tag' ? [{ ...on(instance), set: action.set, remove: action.remove, because }] : [],
  );
  // A tag that a job is about to remove would only make another one fail.
  const busy = new Set([
    ...tagging,
    ...jobs.flatMap((job) => (job.tagsOnly && job.status === 'unfinished' ? job.instances : [])),
  ]);
  const spent = expired
    .filter(({ on: object }) => !busy.has(taggedKey(object)))
    .map(({ on: object, tag }) => ({
      on: object,
      set: [],
      remove: [tag],
      because: 'the suspension is over',
    }));
  return [...changes, ...spent].map((change) => tagWish('tags', change, told(change.because), nowMs));
}

function recordWish({ on: object, action, repair }: Step, job: number, nowMs: number): Wish<PassJob> {
  const { pending } = action;
  const tag = formatPending({ ...pending, jobs: [...pending.jobs, job] });
  const change = { on: object, set: [tag], remove: tag === pending.tag ? [] : [pending.tag] };
  return tagWish('record', change, `job ${job} is part of repair ${repair}`, nowMs);
}

function tagWish(what: 'tags' | 'record', change: TagChange, because: string, nowMs: number): Wish<PassJob> {
  return { of: { what, on: change.on }, ops: () => tagOps(change, because, nowMs) };
}

function on(name: string): { readonly on: PolicySource } {
  return { on: { object: 'instance', name } };
}
