import { startMissingMasterDaemons } from '../ganeti/master-daemons.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure } from '../ocf/result.ts';
import { overrideAllowed } from './override.ts';
import { type Missing, missingParts } from './role-parts.ts';

const POLL_MS = 200;
const PROBE_TIMEOUT_MS = 2_000;
/** luxid answers within about 3 s of its start where its vote can be won at once. */
const COME_UP_MS = 60_000;
/** Where the vital parts work, the rest gets this long: start-stop-daemon needs 1 s, the address 3 s. */
const LESSER_COME_UP_MS = 5_000;

/**
 * Makes the daemons of a role that this node holds complete: a dead or hung luxid, wconfd or rapi, the master IP.
 * Without this Pacemaker's recovery after a failed monitor would change nothing. Undefined where the vital parts
 * are well then; rapi and the address are tried, and do not fail the start.
 */
export async function confirmDaemons(
  context: ActionContext,
  ssconf: Ssconf,
  me: string,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  const { env, parameters } = context;
  const missing = await missingParts(env, parameters, ssconf.masterIp, PROBE_TIMEOUT_MS);
  if (missing.vital.length + missing.lesser.length === 0) return undefined;
  const all = [...missing.vital, ...missing.lesser.map(({ text }) => text)];
  env.log('warning', `the master role is held here, but incomplete: ${all.join('; ')}`);
  let noVoting = false;
  if (missing.vital.length > 0) {
    const override = await overrideAllowed(context, ssconf, me);
    if (override.kind === 'refused') return failure(override.reason.code, override.reason.text);
    noVoting = override.kind === 'needed';
  }
  const end = env.clock.monotonic() + COME_UP_MS;
  const budgetMs = deadline.cap(COME_UP_MS);
  const started = await startMissingMasterDaemons(env, parameters, { noVoting, budgetMs });
  if (started.kind === 'failed') env.log('warning', started.message);
  // Not as long again: without quorum Pacemaker waits for the end of this start before it stops what runs here.
  const comeUpMs = Math.max(LESSER_COME_UP_MS, end - env.clock.monotonic());
  const left = await waitUntilComplete(context, ssconf, deadline, comeUpMs);
  return left.vital.length === 0 ? undefined : notWhole(left);
}

/** Waits for the state, not for a command's word on it; what is still missing at the end. */
export async function waitUntilComplete(
  { env, parameters }: ActionContext,
  ssconf: Ssconf,
  deadline: Deadline,
  comeUpMs = COME_UP_MS,
): Promise<Missing> {
  const end = env.clock.monotonic() + deadline.cap(comeUpMs);
  let lesserEnd: number | undefined;
  for (;;) {
    const missing = await missingParts(env, parameters, ssconf.masterIp, PROBE_TIMEOUT_MS);
    const now = env.clock.monotonic();
    if (missing.vital.length === 0) {
      lesserEnd ??= Math.min(end, now + LESSER_COME_UP_MS);
      if (missing.lesser.length === 0 || now >= lesserEnd) return missing;
    }
    if (now >= end) return missing;
    await env.clock.sleep(POLL_MS);
  }
}

/** The start's answer where a vital part stays away. */
export function notWhole({ vital }: Missing): ActionResult {
  const log = vital[0]?.startsWith('luxid') === true ? 'luxi-daemon.log' : 'wconf-daemon.log';
  return failure('GNH107', `The master role is here, but ${vital.join('; ')}. See /var/log/ganeti/${log}`);
}
