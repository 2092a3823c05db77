import type { Deadline } from '../ocf/deadline.ts';
import type { Reason } from '../ocf/result.ts';
import { type PassReport, repairPass } from './pass.ts';
import type { Wait } from './plan-types.ts';
import type { RepairRequest } from './request.ts';
import { countsOf, NO_COUNTS, type RepairCounts } from './state.ts';
import { reasonsOf } from './told.ts';

/** Tags take some tenths of a second; a pass that has announced a repair is followed by the one that begins it. */
const PAUSE_MS = 500;
const PASSES_AT_MOST = 3;

/** What a further pass in the same monitor needs. */
const PASS_MS = 1_500;

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
  readonly counts: RepairCounts;
  readonly reasons: readonly Reason[];
}

/**
 * The passes of one monitor. None waits for a job: after a pause it looks whether the tags it has set stand already,
 * and where they do not, the next monitor sees to it.
 */
export async function passesWithin(request: RepairRequest, deadline: Deadline): Promise<AgentPasses> {
  const { clock } = request.env;
  for (let passes = 1; ; passes += 1) {
    const pass = await repairPass(request);
    // Whoever has the lock does the same work.
    if (pass.kind === 'refused') {
      const { code, text } = pass;
      return { open: true, counts: NO_COUNTS, reasons: code === 'GNH411' ? [] : [{ code, text }] };
    }
    const announced = pass.submitted.some(({ what }) => what === 'tags');
    if (!announced || passes === PASSES_AT_MOST || deadline.left() < PAUSE_MS + PASS_MS)
      return outcomeOf(pass);
    await clock.sleep(PAUSE_MS);
  }
}

function outcomeOf({ plan, submitted, failures }: PassReport): AgentPasses {
  const waits = plan.instances.some(
    ({ action }) => action.kind === 'wait' && OPEN_WAITS.includes(action.wait),
  );
  return {
    open: waits || submitted.length > 0 || failures.length > 0,
    counts: countsOf(plan),
    reasons: reasonsOf(plan, failures),
  };
}
