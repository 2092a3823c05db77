import { readClusterTags } from '../ganeti/cluster-tags.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { ActionResult, Reason } from '../ocf/result.ts';
import { modeOf } from '../ocf/settings.ts';

export interface DaemonsSeen {
  /** An essential daemon does not work. */
  readonly failed?: ActionResult;
  /** What else is wrong, and only shown. */
  readonly lesser: readonly Reason[];
}

const NOTHING: DaemonsSeen = { lesser: [] };

/** Full mode's checks of this node's daemons; in partial mode none. */
export async function fullCheck(context: ActionContext, deadline: Deadline): Promise<DaemonsSeen> {
  const { env, call, parameters } = context;
  const mode = modeOf(
    parameters,
    call.checkLevel,
    () => settingsFromTags(readClusterTags(env.files, parameters.dataDir), 1).nodeMode,
  );
  if (mode === 'partial') return NOTHING;
  const { readSsconf } = await import('../ganeti/ssconf.ts');
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') return NOTHING;
  const { ssconf } = read;
  const { ownName } = await import('../sweep/own-name.ts');
  const me = await ownName(env, call, ssconf.nodeList);
  const address = me.kind === 'known' ? ssconf.primaryIps.get(me.name) : undefined;
  if (me.kind !== 'known' || address === undefined) return NOTHING;
  const { checkDaemons } = await import('./daemons.ts');
  const { lesserTroubles } = await import('./lesser-daemons.ts');
  const [failed, lesser] = await Promise.all([
    checkDaemons(env, parameters, address, deadline),
    lesserTroubles(env, parameters, ssconf, me.name, address),
  ]);
  return failed === undefined ? { lesser } : { failed, lesser };
}
