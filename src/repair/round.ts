import type { JobOutcome } from '../ganeti/jobs.ts';
import { awaitJobs } from './await-jobs.ts';
import type { RepairFacts } from './facts.ts';
import { SETTLE_MS } from './load.ts';
import {
  type NotSubmitted,
  type PassReport,
  type Refusal,
  type RepairRequest,
  repairPass,
  type Submitted,
} from './pass.ts';
import type { RepairPlan } from './plan-types.ts';
import { type Ended, type Follow, RoundNews } from './round-news.ts';

export type { Ended, Follow, RepairEvent } from './round-news.ts';

export interface RoundReport {
  readonly kind: 'done';
  readonly first: RepairPlan;
  /** As it stood at the end. */
  readonly last: RepairPlan;
  /** Of the last pass. */
  readonly facts: RepairFacts;
  readonly submitted: readonly Submitted[];
  readonly failures: readonly NotSubmitted[];
  readonly ended: readonly Ended[];
  /** It was given up while something was under way that it was to wait for. */
  readonly left: boolean;
}

/** Jobs that write tags take less than a second each. */
const TAGS = { until: 'all', pollMs: 250, patienceMs: 30_000 } as const;

/** While somebody watches: any end may be what another repair waits for. */
const WATCH = { until: 'any', pollMs: 1_000, patienceMs: 60_000 } as const;

/** What is to be tried again later than this is left to the agent or to the next round. */
const IDLE_MS = 600_000;
const RETRY_POLL_MS = 10_000;

/**
 * `gnt-ha repair`: passes until nothing more can be done at once, or, where somebody watches, until nothing is under
 * way. Nothing is held between two passes: it may be ended at any moment.
 */
export async function repairRound(request: RepairRequest, follow?: Follow): Promise<RoundReport | Refusal> {
  const first = await repairPass(request);
  if (first.kind === 'refused') return first;
  const { clock } = request.env;
  const news = new RoundNews(() => clock.now(), follow);
  let movedAt = clock.monotonic();
  let stopped = false;
  follow?.stopped.then(() => {
    stopped = true;
  });
  let pass = first;
  const report = (left: boolean): RoundReport => {
    const { submitted, failures, ended } = news;
    return {
      kind: 'done',
      first: first.plan,
      last: pass.plan,
      facts: pass.facts,
      submitted,
      failures,
      ended,
      left,
    };
  };
  for (;;) {
    if (news.add(pass)) movedAt = clock.monotonic();
    const idle = clock.monotonic() - movedAt;
    const next =
      follow === undefined ? await tagsDone(request, pass, news) : await due(request, pass, follow, idle);
    if (next === 'over') return report(false);
    if (next === 'left' || stopped) return report(true);
    const later = await repairPass({ ...request, tagJobs: tagJobsOf(pass) });
    if (later.kind === 'refused') return report(true);
    pass = later;
  }
}

type Next = 'pass' | 'over' | 'left';

/** Another pass where this one has changed something; its tags have to be seen first. */
async function tagsDone(
  request: RepairRequest,
  { submitted, facts }: PassReport,
  news: RoundNews,
): Promise<Next> {
  // What failed once in this round is submitted again by each pass, and would be for ever.
  if (submitted.every(({ on, what }) => what === 'tags' && news.hasFailed(on))) return 'over';
  // What is written to an instance that a job works on is written when that has ended.
  const busy = new Set(facts.jobs.flatMap((job) => (job.status === 'unfinished' ? job.instances : [])));
  const tags = submitted.filter(({ what, on }) => what === 'tags' && !busy.has(on.name));
  const ids = tags.map(({ job }) => job);
  const outcomes = await awaitJobs(request, ids, { ...TAGS, stopped: undefined });
  for (const one of tags) news.addOutcome(one, outcomes.get(one.job));
  if (ids.length > 0) await request.env.clock.sleep(SETTLE_MS);
  return ids.some((id) => isUnfinished(outcomes.get(id))) ? 'left' : 'pass';
}

/** Another pass as soon as a job has ended, or when something is to be tried again. */
async function due(
  request: RepairRequest,
  { submitted, facts, plan }: PassReport,
  { stopped }: Follow,
  idleMs: number,
): Promise<Next> {
  const ours = facts.jobs.filter(({ status, repair }) => status === 'unfinished' && repair !== undefined);
  const ids = [...new Set([...submitted.map(({ job }) => job), ...ours.map(({ id }) => id)])];
  if (ids.length > 0) {
    await awaitJobs(request, ids, { ...WATCH, stopped });
    return 'pass';
  }
  const waits = plan.instances.some(
    ({ action }) => action.kind === 'wait' && (action.wait === 'retry-later' || action.wait === 'other-job'),
  );
  if (!waits) return 'over';
  if (idleMs >= IDLE_MS) return 'left';
  await Promise.race([request.env.clock.sleep(RETRY_POLL_MS), stopped]);
  return 'pass';
}

function tagJobsOf({ submitted }: PassReport): readonly number[] {
  return submitted.flatMap(({ what, job }) => (what === 'tags' ? [job] : []));
}

function isUnfinished(outcome: JobOutcome | undefined): boolean {
  return outcome === undefined || outcome.kind === 'unfinished';
}
