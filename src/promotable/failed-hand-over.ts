import type { Env } from '../env/env.ts';
import { HAND_OVER_BEGUN } from '../env/paths.ts';
import { masterForNoded, sizeOn, undrainQueueOn } from '../ganeti/noded-rpc.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { whoseName } from '../master/names-us.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { record } from '../sweep/ledger.ts';
import { flagPath } from './drain-mark.ts';
import { SUCCESSOR_MS } from './end-drain.ts';
import { hasOtherCandidate } from './other-candidates.ts';

const CRM_MON_TIMEOUT_MS = 2_000;
/** Of each of three calls. */
const NODED_TIMEOUT_MS = 1_000;

export function hasBegunHandOver({ files }: Env): boolean {
  return files.stat(HAND_OVER_BEGUN).kind === 'file';
}

export function forgetHandOver({ files }: Env): void {
  files.remove(HAND_OVER_BEGUN);
}

/** Before the role is taken from another node; of several attempts the first one counts. */
export function noteHandOver(env: Env): void {
  if (hasBegunHandOver(env)) return;
  const written = env.files.write(HAND_OVER_BEGUN, `${env.clock.now()}\n`);
  if (written.kind === 'failed') env.log('warning', `GNH357 no note of the hand-over: ${written.message}`);
}

/**
 * After a promote that did not bring the role here. The old master's queue may still be drained, and no agent may be
 * left there to end that, as in a standby. At once where nobody else may take the role, or it would be a gap through
 * which jobs slip in that the next one's failover cuts off; later in any case.
 */
export async function afterFailedPromote(context: ActionContext): Promise<void> {
  if (!hasBegunHandOver(context.env)) return;
  if (isOverdue(context.env) || (await isLast(context))) await openOldQueue(context);
}

/** For an unpromoted instance. */
export async function endHandOver(context: ActionContext): Promise<void> {
  if (isOverdue(context.env)) await openOldQueue(context);
}

/** A note that is torn counts as old. */
function isOverdue({ files, clock }: Env): boolean {
  const read = files.read(HAND_OVER_BEGUN);
  const ageMs = clock.now() - (read.kind === 'text' ? Number(read.text) || 0 : 0);
  return ageMs < 0 || ageMs >= SUCCESSOR_MS;
}

async function isLast(context: ActionContext): Promise<boolean> {
  const answer = await queryClusterState(context.env, CRM_MON_TIMEOUT_MS);
  return answer.kind === 'ok' && answer.state.quorum && !hasOtherCandidate(context, answer.state);
}

/**
 * Undrains the queue of the master that Ganeti still has, through its noded, as Ganeti's own failover does it on the
 * new one. Only where the flag there is signed as that of a hand-over: an administrator's is empty.
 */
async function openOldQueue(context: ActionContext): Promise<void> {
  const { env, call, parameters } = context;
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') return;
  const { masterNode } = read.ssconf;
  if ((await whoseName(context, masterNode)) === 'ours') return forgetHandOver(env);
  const done = await undrain(env, parameters.dataDir, read.ssconf);
  if (done.kind === 'failed') {
    // A dead one is asked by each monitor until the role is elsewhere, or it is back.
    const level = call.action === 'promote' ? 'warning' : 'debug';
    env.log(level, `GNH357 the queue of ${masterNode} may still be drained: ${done.message}`);
    return;
  }
  forgetHandOver(env);
  if (done.kind === 'not-ours') return;
  const text = `of ${masterNode}, drained for a hand-over to this node that failed`;
  env.log('info', `GNH357 the job queue is undrained: ${text}`);
  record(env, call.action, [{ event: 'queue-undrained', text }]);
}

type Opened =
  | { readonly kind: 'opened' | 'not-ours' }
  | { readonly kind: 'failed'; readonly message: string };

async function undrain(env: Env, dataDir: string, { masterNode, primaryIps }: Ssconf): Promise<Opened> {
  const address = primaryIps.get(masterNode);
  if (address === undefined) return { kind: 'failed', message: 'ssconf has no address of it' };
  const named = await masterForNoded(env, dataDir, address, NODED_TIMEOUT_MS);
  if (named === undefined) return { kind: 'failed', message: 'its noded does not tell who is master' };
  // The role has gone on, and whoever has it now has undrained the queue.
  if (named !== masterNode) return { kind: 'not-ours' };
  const size = await sizeOn(env, dataDir, address, flagPath(dataDir), NODED_TIMEOUT_MS);
  if (size === 'missing' || size === 0) return { kind: 'not-ours' };
  if (typeof size !== 'number') return size;
  const failed = await undrainQueueOn(env, dataDir, address, NODED_TIMEOUT_MS);
  return failed === undefined ? { kind: 'opened' } : { kind: 'failed', message: failed };
}
