// A cluster in which plans are carried out: tags are written at once, a repair takes a pass and ends as it is drawn.
import type { RepairFacts, RepairInstance, RepairJob } from '../../../src/repair/facts.ts';
import { formatPending } from '../../../src/repair/format-tags.ts';
import type { NodeState } from '../../../src/repair/node-state.ts';
import type { Action, RepairPlan, StepKind } from '../../../src/repair/plan-types.ts';

/** What becomes of a repair's job. */
export const FATES = [
  'success',
  /** It succeeds, and we die before its number is in the tag. */
  'unrecorded',
  /** We die before it is submitted. */
  'never-submitted',
  'failed',
  /** It fails, and we die before its number is in the tag. */
  'failed-unrecorded',
  'no-room',
  'canceled',
  'gone',
  /** It succeeds and changes nothing. */
  'no-effect',
] as const;

export type Fate = (typeof FATES)[number];

export const TAG_FATES = [
  'done',
  'lost',
  /** Set and not removed: the second opcode of the job failed. */
  'half',
] as const;

export interface Course {
  readonly fates: readonly Fate[];
  /** What becomes of jobs that write tags; all after these are done. */
  readonly tagFates: readonly (typeof TAG_FATES)[number][];
  /** Of every job after those. */
  readonly afterThese: Exclude<Fate, 'no-room' | 'never-submitted'>;
  readonly events: readonly { readonly pass: number; readonly node: string; readonly state: NodeState }[];
}

/** Longer than any delay before another attempt. */
const BETWEEN_PASSES_MS = 400_000;
const PASSES_AT_MOST = 100;
// As long as they are in real life, where a tag has room for a few jobs only.
const FIRST_JOB = 10_000_000;
const UUID = '123e4567-e89b-12d3-a456-';

type Repair = Extract<Action, { kind: 'repair' }>;

interface Running {
  readonly id: number;
  readonly fate: Fate;
  readonly instance: string;
  readonly action: Repair;
}

/** Each plan is given to `judge`. Undefined: it never came to rest. */
export function playOut(
  start: RepairFacts,
  course: Course,
  planPass: (facts: RepairFacts, newId: () => string) => RepairPlan,
  judge: (facts: RepairFacts, plan: RepairPlan) => void,
): { readonly facts: RepairFacts; readonly plan: RepairPlan } | undefined {
  let facts = start;
  let jobs = 0;
  let tagJobs = 0;
  let id = 0;
  let quiet = 0;
  let running: readonly Running[] = [];
  for (let pass = 0; pass < PASSES_AT_MOST; pass += 1) {
    facts = withEvents(facts, course, pass);
    const plan = planPass(facts, () => UUID + String(id++).padStart(12, '0'));
    judge(facts, plan);
    const begun: Running[] = [];
    const busy = facts.jobs.some(({ status }) => status === 'unfinished');
    for (const { instance, action } of plan.instances) {
      if (action.kind === 'tag') {
        const fate = course.tagFates[tagJobs++] ?? 'done';
        const remove = fate === 'half' ? [] : action.remove;
        if (fate !== 'lost') facts = withTags(facts, instance, action.set, remove);
      }
      if (action.kind !== 'repair') continue;
      const fate = course.fates[jobs] ?? course.afterThese;
      jobs += 1;
      if (fate === 'never-submitted') continue;
      begun.push({ id: FIRST_JOB + jobs, fate, instance, action });
      if (fate !== 'unrecorded' && fate !== 'failed-unrecorded')
        facts = recorded(facts, instance, action, FIRST_JOB + jobs);
    }
    const active =
      busy || plan.instances.some(({ action }) => action.kind === 'tag' || action.kind === 'repair');
    quiet = active || pass <= lastEvent(course) ? 0 : quiet + 1;
    if (quiet === 2) return { facts, plan };
    facts = ended(facts, running);
    running = begun;
    facts = {
      ...facts,
      nowMs: facts.nowMs + BETWEEN_PASSES_MS,
      jobs: [...facts.jobs, ...begun.map(unfinished)],
    };
  }
  return undefined;
}

function lastEvent({ events }: Course): number {
  return Math.max(0, ...events.map(({ pass }) => pass));
}

function withEvents(facts: RepairFacts, { events }: Course, pass: number): RepairFacts {
  const nodes = new Map(facts.nodes);
  for (const { pass: at, node, state } of events) {
    const old = nodes.get(node);
    if (at === pass && old !== undefined) nodes.set(node, { ...old, state });
  }
  return { ...facts, nodes };
}

function withTags(
  facts: RepairFacts,
  name: string,
  set: readonly string[],
  remove: readonly string[],
): RepairFacts {
  return changed(facts, name, (instance) => ({
    ...instance,
    tags: [...new Set([...instance.tags, ...set])].filter((tag) => !remove.includes(tag)),
  }));
}

function recorded(facts: RepairFacts, name: string, { pending }: Repair, job: number): RepairFacts {
  return withTags(facts, name, [formatPending({ ...pending, jobs: [...pending.jobs, job] })], [pending.tag]);
}

function changed(
  facts: RepairFacts,
  name: string,
  change: (instance: RepairInstance) => RepairInstance,
): RepairFacts {
  return { ...facts, instances: facts.instances.map((one) => (one.name === name ? change(one) : one)) };
}

function unfinished({ id, instance, action }: Running): RepairJob {
  return {
    id,
    status: 'unfinished',
    repair: action.pending.id,
    instances: [instance],
    tagsOnly: false,
    endedMs: undefined,
    error: undefined,
    noRoom: false,
    step: action.step,
    reinstalls: action.step === 'reinstall',
  };
}

/** Everything that runs ends: what was there before with success, ours as it was drawn. */
function ended(start: RepairFacts, running: readonly Running[]): RepairFacts {
  let facts = start;
  for (const { fate, instance, action } of running) {
    if (fate === 'success' || fate === 'unrecorded')
      facts = changed(facts, instance, (one) => repaired(one, action, start));
    // It was stopped before it was found that there is no room.
    else if (action.step === 'reinstall')
      facts = changed(facts, instance, (one) => ({ ...one, adminState: 'down' }));
  }
  const fates = new Map(running.map(({ id, fate }) => [id, fate]));
  const jobs = facts.jobs.map((job) =>
    job.status === 'unfinished' ? outcome(job, fates.get(job.id), facts.nowMs) : job,
  );
  return { ...facts, jobs };
}

function outcome(job: RepairJob, fate: Fate | undefined, endedMs: number): RepairJob {
  switch (fate) {
    case 'failed':
    case 'failed-unrecorded':
    case 'no-room':
      return { ...job, status: 'failed', endedMs, noRoom: fate === 'no-room' };
    case 'canceled':
      return { ...job, status: 'canceled', endedMs };
    case 'gone':
      // Of what Ganeti has forgotten nobody knows what it was.
      return {
        ...job,
        status: 'gone',
        repair: undefined,
        instances: [],
        step: undefined,
        reinstalls: undefined,
      };
    default:
      return { ...job, status: 'success', endedMs };
  }
}

/** As Ganeti would leave it; where no node is to be had nothing changes. */
function repaired(
  instance: RepairInstance,
  { step, start, target }: Repair,
  { nodes }: RepairFacts,
): RepairInstance {
  const { primary, secondary } = instance;
  const group = nodes.get(primary)?.group;
  const others = [...nodes.values()]
    .filter((node) => node.state === 'online' && node.group === group)
    .map(({ name }) => name)
    .filter((name) => name !== primary && name !== secondary);
  return { ...instance, ...(changes[step](instance, others, start, target) ?? {}) };
}

type Change = Partial<RepairInstance> | undefined;

const changes: Readonly<
  Record<
    StepKind,
    (
      instance: RepairInstance,
      others: readonly string[],
      start: boolean,
      target: string | undefined,
    ) => Change
  >
> = {
  'replace-secondary': (_, [secondary]) => (secondary === undefined ? undefined : { secondary }),
  migrate: moved,
  failover: moved,
  move: (_instance, _others, _start, target) => (target === undefined ? undefined : { primary: target }),
  reinstall: ({ template }, [first, second], start) => {
    if (first === undefined || (template === 'drbd' && second === undefined)) return undefined;
    const adminState = start ? 'up' : 'down';
    return { primary: first, secondary: template === 'drbd' ? second : undefined, adminState };
  },
};

function moved({ template, primary, secondary }: RepairInstance, [other]: readonly string[]): Change {
  if (template === 'drbd') return { primary: secondary ?? primary, secondary: primary };
  return other === undefined ? undefined : { primary: other };
}
