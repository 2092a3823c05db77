import { askLuxid } from '../ganeti/luxid.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { noteTaking } from '../sweep/role-taken.ts';
import { sweepAsMaster } from './sweep-as-master.ts';

const POLL_MS = 100;
const ENDED_POLL_MS = 20;
const LUXID_TIMEOUT_MS = 1_000;
/** How long the start waits for the sweep after the failover; the sweep at its end goes on from there. */
const WAIT_MS = 10_000;

/**
 * Runs `failover` and, as soon as luxid answers here as master, the sweep beside it: after that moment
 * `gnt-cluster master-failover` still waits some seconds for the master IP, and the dead need not wait with it.
 */
export async function withEarlySweep<T>(
  context: ActionContext,
  me: string,
  deadline: Deadline,
  failover: () => Promise<T>,
): Promise<T> {
  let over = false;
  let ended = false;
  // Handled at once: an unhandled rejection would end the process under the running failover.
  sweepOnceMaster(context, me, () => over)
    .catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      context.env.log('error', `GNH011 the sweep beside the failover failed: ${text}`);
    })
    .finally(() => {
      ended = true;
    });
  try {
    return await failover();
  } finally {
    over = true;
    // What it does at this moment is noted in the ledger, so it may be left behind.
    const { clock } = context.env;
    const end = clock.monotonic() + deadline.cap(WAIT_MS);
    while (!ended && clock.monotonic() < end) await clock.sleep(ENDED_POLL_MS);
  }
}

async function sweepOnceMaster(context: ActionContext, me: string, isOver: () => boolean): Promise<void> {
  const { env, parameters } = context;
  while (!isOver()) {
    const master = readMasterNode(env.files, parameters.dataDir);
    if (master.kind === 'ok' && master.name === me) {
      const luxid = await askLuxid(env, parameters.runDir, LUXID_TIMEOUT_MS);
      if (luxid.kind === 'answers' && luxid.masterNode === me) {
        noteTaking(env);
        await sweepAsMaster(context, 0);
        return;
      }
    }
    await env.clock.sleep(POLL_MS);
  }
}
