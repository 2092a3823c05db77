import type { Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { deleteAttributeOf, setAttributeOf } from '../pacemaker/attributes.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { mapNames } from '../pacemaker/names.ts';

/** A location rule on this attribute makes Pacemaker follow an administrator's own failover. */
export const MOVED_ATTRIBUTE = 'ganeti-master-moved';

const TIMEOUT_MS = 5_000;

/**
 * Points Pacemaker to the node an administrator gave the role to with `gnt-cluster master-failover`; without it
 * Pacemaker would start the resource here again and take the role back. Only the node that held the role in this
 * boot says so: its ssconf was changed by the new master itself, while a returning node's may be old.
 */
export async function pointPacemakerTo(context: ActionContext, ssconf: Ssconf): Promise<void> {
  const { env } = context;
  const answer = await queryClusterState(env, TIMEOUT_MS);
  const known = answer.kind === 'ok' ? answer.state.nodes : [];
  const found = mapNames(known, [ssconf.masterNode]).byGaneti.get(ssconf.masterNode);
  if (found?.kind !== 'mapped') return;
  env.log(
    'warning',
    `GNH108 the master role was moved to ${ssconf.masterNode} by hand; Pacemaker is told to follow`,
  );
  // As soon as the attribute is set Pacemaker ends this very monitor, with its result and all it has not sent.
  await env.sendLog();
  const set = await setAttributeOf(env, found.pacemaker, MOVED_ATTRIBUTE, 'true', TIMEOUT_MS);
  if (set.kind === 'failed') env.log('warning', set.message);
}

/**
 * The role has arrived: from here on stickiness keeps it, and `pcs resource move` is free to move it. On whichever
 * node the mark is: one that was in standby when the role was moved to it would pull the role over once it leaves it.
 */
export async function forgetMove({ env }: ActionContext): Promise<void> {
  const answer = await queryClusterState(env, TIMEOUT_MS);
  if (answer.kind === 'unavailable') {
    env.log('warning', `${MOVED_ATTRIBUTE} was not looked for: ${answer.message}`);
    return;
  }
  for (const { name, attributes } of answer.state.nodes) {
    if (attributes[MOVED_ATTRIBUTE] === undefined) continue;
    const deleted = await deleteAttributeOf(env, name, MOVED_ATTRIBUTE, TIMEOUT_MS);
    if (deleted.kind === 'failed') env.log('warning', deleted.message);
  }
}
