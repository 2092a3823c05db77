import { type LiveJob, unfinishedJobs } from '../ganeti/jobs.ts';
import { luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { probeWconfd } from '../ganeti/probes.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { queryQuorum } from '../pacemaker/quorum.ts';
import { ringIdentity } from '../pacemaker/ring.ts';

/** How the wait for Ganeti's jobs ended. */
export type JobsAwaited =
  | { readonly kind: 'none-running' }
  | { readonly kind: 'still-running'; readonly jobs: readonly LiveJob[] }
  /** Who lost quorum must stop its daemons now, whatever still runs. */
  | { readonly kind: 'quorum-lost' }
  | { readonly kind: 'unknown'; readonly message: string };

const POLL_MS = 500;
const LUXI_TIMEOUT_MS = 5_000;
const QUORUM_TIMEOUT_MS = 1_500;
/** A queued job that luxid has not begun by then waits for something else: a filter, a time, another job. */
const QUEUED_MS = 3_000;

/**
 * Waits until no job runs any more. Jobs that wait for locks have begun. Queued ones do not count unless luxid is just
 * about to begin them: the candidates have them too, and the next master's luxid goes on with them.
 */
export async function awaitJobs(context: ActionContext, deadline: Deadline): Promise<JobsAwaited> {
  const { env, parameters } = context;
  const options = {
    socket: luxiSocket(parameters.runDir),
    connectTimeoutMs: LUXI_TIMEOUT_MS,
    requestTimeoutMs: LUXI_TIMEOUT_MS,
  };
  const ring = ringIdentity(env);
  let idleSince: number | undefined;
  for (;;) {
    const jobs = await withLuxi(env, options, unfinishedJobs);
    if (jobs.kind === 'failed') return { kind: 'unknown', message: jobs.error.message };
    // What this demotion is there to mend, maybe.
    const wconfd = await probeWconfd(env, parameters.runDir, LUXI_TIMEOUT_MS);
    if (wconfd.kind === 'dead')
      return { kind: 'unknown', message: `${wconfd.message}; no job ends without wconfd` };
    const begun = jobs.value.filter(({ status }) => status !== 'queued');
    const now = env.clock.monotonic();
    idleSince = begun.length > 0 ? undefined : (idleSince ?? now);
    const settled = jobs.value.length === 0 || (idleSince !== undefined && now - idleSince >= QUEUED_MS);
    if (settled) return { kind: 'none-running' };
    if (deadline.left() <= 0)
      return begun.length === 0 ? { kind: 'none-running' } : { kind: 'still-running', jobs: begun };
    // A partition changes corosync's ring; while that stays, no process is started to ask.
    if (ringIdentity(env) !== ring) {
      const quorum = await queryQuorum(env, QUORUM_TIMEOUT_MS);
      if (quorum.kind !== 'ok' || !quorum.quorum) return { kind: 'quorum-lost' };
    }
    await env.clock.sleep(deadline.cap(POLL_MS));
  }
}
