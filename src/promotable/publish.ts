import { readMasterNode } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { AttributeResult } from '../pacemaker/attributes.ts';
import { deletePromotionScore, setPromotionScore } from '../pacemaker/promotion.ts';
import { forgetPublished, notePublished, publishedScore } from './published-score.ts';
import { PROMOTED_SCORE, promotionScore } from './score.ts';

const TIMEOUT_MS = 5_000;

/** Pacemaker's name of the resource: a unique clone's instances have a number behind it. */
export function resourceOf({ call }: ActionContext): string {
  return call.instance.replace(/:\d+$/, '');
}

export function nodeOf({ call, env }: ActionContext): string {
  return call.onNode ?? env.host.nodename;
}

/**
 * Looks at what this node is worth and publishes it where that has changed: each change makes Pacemaker compute anew.
 * While membership and master stay the look is taken once a minute, and mostly no process is started.
 */
export async function publishCandidacy(context: ActionContext): Promise<void> {
  const before = publishedScore(context.env);
  if (before?.recent === true && before.master === masterOf(context)) return;
  const { candidacyOf } = await import('./candidacy.ts');
  const candidacy = await candidacyOf(context);
  // Older than what the others had a look ago: a change of this moment may still be on its way to us.
  const newestOther = before === undefined ? candidacy.newestOther : before.newestOther;
  await publish(context, promotionScore({ ...candidacy, newestOther }), candidacy.newestOther);
}

/** The same at once, for a node whose standing has just changed. */
export async function publishCandidacyNow(context: ActionContext): Promise<void> {
  forgetPublished(context.env);
  await publishCandidacy(context);
}

export async function publishPromoted(context: ActionContext): Promise<void> {
  if (publishedScore(context.env)?.score === PROMOTED_SCORE) return;
  await publish(context, PROMOTED_SCORE, undefined);
}

/** A stopped instance has no score; tried only where there may be one. */
export async function withdrawScore(context: ActionContext, timeoutMs: number): Promise<void> {
  const { env } = context;
  forgetPublished(env);
  tell(context, await deletePromotionScore(env, resourceOf(context), nodeOf(context), timeoutMs));
}

async function publish(
  context: ActionContext,
  score: number | undefined,
  newestOther: number | undefined,
): Promise<void> {
  const { env } = context;
  const before = publishedScore(env);
  if (before === undefined || before.score !== score) {
    const [resource, node] = [resourceOf(context), nodeOf(context)];
    const done =
      score === undefined
        ? await deletePromotionScore(env, resource, node, TIMEOUT_MS)
        : await setPromotionScore(env, resource, node, score, TIMEOUT_MS);
    if (!tell(context, done)) return forgetPublished(env);
    env.log('info', `promotion score: ${score ?? 'none'}`);
  }
  notePublished(env, { score, newestOther, master: masterOf(context) });
}

function masterOf({ env, parameters }: ActionContext): string {
  const master = readMasterNode(env.files, parameters.dataDir);
  return master.kind === 'ok' ? master.name : '';
}

/** Whether it was done. The next monitor tries again. */
function tell({ env }: ActionContext, result: AttributeResult): boolean {
  if (result.kind === 'failed') env.log('warning', `GNH358 ${result.message}`);
  return result.kind === 'done';
}
