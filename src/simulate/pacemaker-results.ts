import type { CallResult } from './pacemaker-call.ts';
import { type Cluster, type Member, type Recorded, type ResourceId, recordOf } from './pacemaker-model.ts';
import { INFINITY } from './pacemaker-placing.ts';

const NOT_RUNNING = 7;
const FAILED_PROMOTED = 9;
/** Success and degraded, for what runs and for what is promoted. */
const FINE: readonly number[] = [0, 190];
const FINE_PROMOTED: readonly number[] = [8, 191];
/** Hard errors: Pacemaker keeps the resource from the node. */
const BANNING: readonly number[] = [2, 4, 5];
const FATAL = 6;

export function isFine({ code }: CallResult): boolean {
  return FINE.includes(code);
}

/** Whether a recurring monitor found what Pacemaker takes for true. */
export function isAsExpected({ code }: CallResult, { promoted }: Recorded): boolean {
  return (promoted ? FINE_PROMOTED : FINE).includes(code);
}

export type Change = 'start' | 'stop' | 'promote' | 'demote';

/** Records the end of a start, stop or monitor in the node's history, as the controller does. */
export function recordResult(
  cluster: Cluster,
  member: Member,
  resource: ResourceId,
  action: 'probe' | 'monitor' | Change,
  result: CallResult,
): void {
  const recorded = recordOf(member.history, resource);
  const log = (text: string): void => cluster.world.log(member.host, `pacemaker: ${resource} ${text}`);
  const failed = (): void => {
    log(`${action} failed: ${result.code}${result.reason === '' ? '' : ` ${result.reason}`}`);
    noteCode(recorded, result.code);
  };
  const now = cluster.world.clock.now();
  const countFailure = (): void => {
    recorded.failed = true;
    recorded.failCount = Math.min(INFINITY, recorded.failCount + 1);
    recorded.lastFailureMs = now;
    failed();
  };
  switch (action) {
    case 'probe':
      recorded.probed = true;
      if (result.code === NOT_RUNNING) return;
      recorded.active = result.code !== 5;
      recorded.promoted = FINE_PROMOTED.includes(result.code) || result.code === FAILED_PROMOTED;
      recorded.failed = recorded.active && !isAsExpected(result, recorded);
      if (recorded.failed || !recorded.active) failed();
      else log(recorded.promoted ? 'found promoted' : 'found running');
      return;
    case 'start':
      recorded.active = true;
      if (isFine(result)) {
        recorded.failed = false;
        log('started');
        return;
      }
      Object.assign(recorded, { failed: true, failCount: INFINITY, lastFailureMs: now });
      failed();
      return;
    case 'stop':
      if (isFine(result)) {
        Object.assign(recorded, { active: false, promoted: false, failed: false, stopFailed: false });
        log('stopped');
        return;
      }
      recorded.stopFailed = true;
      failed();
      return;
    case 'promote':
    case 'demote':
      // A promotion that failed may have been half of one: it is demoted before anything else.
      recorded.promoted = action === 'promote' || !isFine(result);
      if (isFine(result)) log(action === 'promote' ? 'promoted' : 'demoted');
      else countFailure();
      return;
    case 'monitor':
      if (!isAsExpected(result, recorded)) countFailure();
      return;
    default:
      action satisfies never;
  }
}

function noteCode(recorded: Recorded, code: number): void {
  if (BANNING.includes(code)) recorded.banned = true;
  if (code === FATAL) recorded.fatal = true;
}
