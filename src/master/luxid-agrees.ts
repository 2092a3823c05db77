import { askLuxid } from '../ganeti/luxid.ts';
import { voteAgain } from '../ganeti/no-voting-marker.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, failure } from '../ocf/result.ts';

const LUXID_TIMEOUT_MS = 2_000;

/**
 * The start's answer where the configuration here names another master than ssconf does: somebody moves the role at
 * the same time. A silent luxid says nothing against this node.
 */
export async function luxidDisagrees(
  { env, parameters }: ActionContext,
  me: string,
): Promise<ActionResult | undefined> {
  const luxid = await askLuxid(env, parameters.runDir, LUXID_TIMEOUT_MS);
  if (luxid.kind !== 'answers' || luxid.masterNode === me) return undefined;
  voteAgain(env);
  return failure(
    'GNH106',
    `Ganeti here names ${luxid.masterNode} as master by now: somebody moved the role there meanwhile; it was not taken. See: gnt-cluster getmaster`,
  );
}
