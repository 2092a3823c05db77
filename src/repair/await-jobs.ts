import { type JobOutcome, jobOutcomes } from '../ganeti/jobs.ts';
import { withLuxi } from '../ganeti/luxi.ts';
import type { RepairRequest } from './request.ts';

export interface Patience {
  /** Whether the end of one is enough. */
  readonly until: 'all' | 'any';
  readonly pollMs: number;
  readonly patienceMs: number;
  /** Ends the wait early. */
  readonly stopped: Promise<void> | undefined;
}

const TIMEOUT_MS = 5_000;

/**
 * Looks at these jobs until they have ended, the time is up, or somebody says stop; only for a person's command, never
 * in an agent. What became of them last; a luxid that does not answer for a moment is asked again.
 */
export async function awaitJobs(
  { env, socket }: Pick<RepairRequest, 'env' | 'socket'>,
  ids: readonly number[],
  { until, pollMs, patienceMs, stopped }: Patience,
): Promise<ReadonlyMap<number, JobOutcome>> {
  if (ids.length === 0) return new Map();
  const options = { socket, connectTimeoutMs: TIMEOUT_MS, requestTimeoutMs: TIMEOUT_MS };
  const end = env.clock.monotonic() + patienceMs;
  let stop = false;
  stopped?.then(() => {
    stop = true;
  });
  let last: ReadonlyMap<number, JobOutcome> = new Map();
  for (;;) {
    const answer = await withLuxi(env, options, (call) => jobOutcomes(call, ids));
    if (answer.kind === 'ok') last = answer.value;
    const unfinished = ids.filter((id) => (last.get(id)?.kind ?? 'unfinished') === 'unfinished');
    if (unfinished.length === 0 || (until === 'any' && unfinished.length < ids.length)) return last;
    if (env.clock.monotonic() >= end) return last;
    const pause = env.clock.sleep(pollMs);
    await (stopped === undefined ? pause : Promise.race([pause, stopped]));
    if (stop) return last;
  }
}
