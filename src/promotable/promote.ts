import { readMasterNode } from '../ganeti/ssconf.ts';
import { type Whose, whoseName } from '../master/names-us.ts';
import { start as takeRole } from '../master/start.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { ActionResult } from '../ocf/result.ts';
import { markActive } from './active.ts';
import { liftDrain } from './drain.ts';
import { drainMark, flagPath, forgetDrain, markDrain } from './drain-mark.ts';
import { afterFailedPromote, forgetHandOver, noteHandOver } from './failed-hand-over.ts';
import { administratorsDrain, drainAgain } from './kept-drain.ts';
import { publishPromoted } from './publish.ts';

const LIFT_TIMEOUT_MS = 2_000;

/**
 * Takes the master role, exactly as the primitive's start does: the same permission, the same failover, the same
 * sweep at its end. Afterwards the queue that a hand-over has drained is undrained.
 */
export async function promote(context: ActionContext): Promise<ActionResult> {
  const { env } = context;
  const held = (await whoseRole(context)) === 'ours';
  // Where the role never left, jobs are accepted again before the sweep has some.
  if (held) await liftDrain(context, LIFT_TIMEOUT_MS);
  const kept = held ? [] : await administratorsDrain(context);
  if (!held) noteHandOver(env);
  if (!held && kept.length === 0) markUnfinishedFailover(context);
  const result = await takeRole(context);
  const whose = await whoseRole(context);
  if (whose === 'another') forgetDrain(env);
  if (whose === 'ours') {
    const lifted = await liftDrain(context, LIFT_TIMEOUT_MS);
    if (lifted.kind === 'failed') env.log('warning', `GNH357 the queue is still drained: ${lifted.message}`);
  }
  if (result.code !== 0) {
    await afterFailedPromote(context);
    return result;
  }
  forgetHandOver(env);
  await drainAgain(context, kept);
  const active = markActive(env);
  if (active.kind === 'failed') env.log('warning', `GNH008 run state not written: ${active.message}`);
  await publishPromoted(context);
  return result;
}

/**
 * Ganeti's failover undrains the queue on the new master (lib/bootstrap.py:1107). One that is interrupted between the
 * move and that moment leaves the role here and the queue drained; with the mark the next promote or monitor ends it.
 */
function markUnfinishedFailover({ env, parameters }: ActionContext): void {
  if (env.files.stat(flagPath(parameters.dataDir)).kind !== 'file') return;
  if (drainMark(env) !== undefined) return;
  const marked = markDrain(env, { why: 'failover', leaving: false });
  if (marked.kind === 'failed') env.log('warning', `GNH357 no mark for the failover: ${marked.message}`);
}

async function whoseRole(context: ActionContext): Promise<Whose> {
  const master = readMasterNode(context.env.files, context.parameters.dataDir);
  return master.kind === 'ok' ? await whoseName(context, master.name) : 'unknown';
}
