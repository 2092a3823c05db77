import { REPAIR_LOCK } from '../env/paths.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { Reason } from '../ocf/result.ts';
import { withLock } from '../sweep/lock.ts';
import { hasNewAlerts } from '../sweep/quiet.ts';
import { type PassReport, passUnderLock } from './pass.ts';
import type { InstancePlan, Wait } from './plan-types.ts';
import type { Refusal, RepairRequest } from './request.ts';
import { countsOf, type RepairCounts } from './state.ts';
import { isWanted, lostReason, reasonsOf } from './told.ts';

/** Tags take some tenths of a second, as does a job that marks a node offline: what follows from them need not wait. */
const PAUSE_MS = 1_000;

/** What a further pass in the same monitor needs. */
const PASS_MS = 1_000;

/** What waits for a moment that is near, or for a job: each monitor looks whether it has come. */
const OPEN_WAITS: readonly Wait[] = [
  'jobs-running',
  'other-job',
  'retry-later',
  'limit-cluster',
  'limit-node',
];

export interface AgentPasses {
  readonly open: boolean;
  /** Something waits for room: the next pass comes sooner than it would without a cause. */
  readonly short: boolean;
  readonly counts: RepairCounts;
  readonly reasons: readonly Reason[];
  /** What is to be told where it lasts. */
  readonly lost: Reason | undefined;
}

/** No pass could be made; nothing is known but what was known before. */
export interface NoPass {
  /** Undefined: somebody else is making one at this moment. */
  readonly refused: Reason | undefined;
}

/**
 * The passes of one monitor. None waits for a job: after a pause it looks whether tags stand by now, or whether a node
 * is offline (`moving`: it is about to be); where that takes longer, or an alert wants a sweep, the next monitor sees to
 * it. The lock is held in between, too: an alert that saw it free would have this monitor killed, maybe in the middle of
 * the next pass, and what that one has done would not be noted.
 */
export async function passesWithin(
  request: RepairRequest,
  deadline: Deadline,
  moving: boolean,
): Promise<AgentPasses | NoPass> {
  const passes = (): Promise<AgentPasses | NoPass> => passesUnderLock(request, deadline, moving);
  // Whoever has the lock does the same work; where /run takes none, withLock has told.
  return (await withLock(request.env, REPAIR_LOCK, 0, passes, true)) ?? { refused: undefined };
}

async function passesUnderLock(
  request: RepairRequest,
  deadline: Deadline,
  moving: boolean,
): Promise<AgentPasses | NoPass> {
  const { clock } = request.env;
  const tagJobs: number[] = [];
  let done: AgentPasses | undefined;
  for (;;) {
    const pass = await passUnderLock({ ...request, deadline, tagJobs });
    if (pass.kind === 'refused') {
      // What could not be followed up is the next monitor's.
      if (done !== undefined) return { ...done, open: true };
      return { refused: refusalOf(pass) };
    }
    for (const { what, job } of pass.submitted) if (what === 'tags') tagJobs.push(job);
    const begun = pass.submitted.some(({ what }) => what === 'step');
    const soon = (tagJobs.length > 0 && !begun) || (moving && pass.plan.instances.some(isOpenHold));
    done = outcomeOf(pass);
    if (!soon || deadline.left() < PAUSE_MS + PASS_MS) return done;
    await clock.sleep(PAUSE_MS);
    if (hasNewAlerts(request.env)) return { ...done, open: true };
  }
}

function refusalOf({ code, text }: Refusal): Reason | undefined {
  if (code !== 'GNH410') return { code, text };
  return {
    code: 'GNH400',
    text: 'luxid does not serve this master, so no instance is repaired. Check: gnt-cluster master-ping',
  };
}

function outcomeOf({ plan, submitted, failures }: PassReport): AgentPasses {
  const waits = plan.instances.some(
    (one) => isOpenHold(one) || (one.action.kind === 'wait' && OPEN_WAITS.includes(one.action.wait)),
  );
  return {
    open: waits || submitted.length > 0 || failures.length > 0,
    short: plan.instances.some(({ action }) => action.kind === 'wait' && action.wait === 'no-room'),
    counts: countsOf(plan),
    reasons: reasonsOf(plan, failures),
    lost: lostReason(failures),
  };
}

/** A node that may be dead is soon fenced, or found alive. */
function isOpenHold(line: InstancePlan): boolean {
  const { diagnosis } = line;
  return isWanted(line) && diagnosis.kind === 'held' && diagnosis.hold === 'node-unknown';
}
