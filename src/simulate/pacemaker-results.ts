import type { CallResult } from './pacemaker-call.ts';
import { type Cluster, type Member, type Recorded, type ResourceId, recordOf } from './pacemaker-model.ts';
import { INFINITY } from './pacemaker-plan.ts';

const NOT_RUNNING = 7;
const DEGRADED = 190;
/** Hard errors: Pacemaker keeps the resource from the node. */
const BANNING: readonly number[] = [2, 4, 5];
const FATAL = 6;

export function isFine({ code }: CallResult): boolean {
  return code === 0 || code === DEGRADED;
}

/** Records the end of a start, stop or monitor in the node's history, as the controller does. */
export function recordResult(
  cluster: Cluster,
  member: Member,
  resource: ResourceId,
  action: 'probe' | 'start' | 'stop' | 'monitor',
  result: CallResult,
): void {
  const recorded = recordOf(member.history, resource);
  const log = (text: string): void => cluster.world.log(member.host, `pacemaker: ${resource} ${text}`);
  const failed = (): void => {
    log(`${action} failed: ${result.code}${result.reason === '' ? '' : ` ${result.reason}`}`);
    noteCode(recorded, result.code);
  };
  const now = cluster.world.clock.now();
  switch (action) {
    case 'probe':
      recorded.probed = true;
      if (result.code === NOT_RUNNING) return;
      recorded.active = result.code !== 5;
      recorded.failed = recorded.active && !isFine(result);
      if (isFine(result)) log('found running');
      else failed();
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
        Object.assign(recorded, { active: false, failed: false, stopFailed: false });
        log('stopped');
        return;
      }
      recorded.stopFailed = true;
      failed();
      return;
    case 'monitor':
      if (isFine(result)) return;
      recorded.failed = true;
      recorded.failCount = Math.min(INFINITY, recorded.failCount + 1);
      recorded.lastFailureMs = now;
      failed();
      return;
    default:
      action satisfies never;
  }
}

function noteCode(recorded: Recorded, code: number): void {
  if (BANNING.includes(code)) recorded.banned = true;
  if (code === FATAL) recorded.fatal = true;
}
