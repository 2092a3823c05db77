import { readSsconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { ExitCode } from '../ocf/exit-codes.ts';
import type { ActionResult } from '../ocf/result.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { mapNames } from '../pacemaker/names.ts';
import { setPromotionScore } from '../pacemaker/promotion.ts';
import { publishCandidacyNow, resourceOf } from './publish.ts';
import { PROMOTED_SCORE } from './score.ts';

const TIMEOUT_MS = 5_000;

/**
 * An administrator has moved the role with `gnt-cluster master-failover`: this node, which held it in this boot, is
 * unpromoted, and the new master gets the score of one, or Pacemaker would take the role back from it.
 */
export async function followHand(context: ActionContext): Promise<ActionResult> {
  const { env, parameters } = context;
  const read = readSsconf(env.files, parameters.dataDir);
  const successor = read.kind === 'ok' ? read.ssconf.masterNode : undefined;
  const answer = successor === undefined ? undefined : await queryClusterState(env, TIMEOUT_MS);
  const nodes = answer?.kind === 'ok' ? answer.state.nodes : [];
  const found = successor === undefined ? undefined : mapNames(nodes, [successor]).byGaneti.get(successor);
  const reason = {
    code: 'GNH108',
    text: `The master role was moved to ${successor ?? 'another node'} by hand; this node no longer holds it. Next time let Pacemaker move it: pcs resource move ${resourceOf(context)}-clone --promoted`,
  } as const;
  if (found?.kind === 'mapped') {
    env.log(
      'warning',
      `GNH108 the master role was moved to ${successor} by hand; Pacemaker is told to follow`,
    );
    // As soon as the score is set Pacemaker may end this very monitor, with all it has not sent.
    await env.sendLog();
    const set = await setPromotionScore(
      env,
      resourceOf(context),
      found.pacemaker,
      PROMOTED_SCORE,
      TIMEOUT_MS,
    );
    if (set.kind === 'failed') env.log('warning', `GNH358 ${set.message}`);
  }
  await publishCandidacyNow(context);
  return { code: ExitCode.success, reason };
}
