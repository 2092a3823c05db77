import { readClusterTags } from '../ganeti/cluster-tags.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import type { ActionResult } from '../ocf/result.ts';
import { modeOf } from '../ocf/settings.ts';

/** Full mode's checks of this node's daemons; undefined where all is well or the mode is partial. */
export async function fullCheck(
  context: ActionContext,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  const { env, call, parameters } = context;
  const mode = modeOf(
    parameters,
    call.checkLevel,
    () => settingsFromTags(readClusterTags(env.files, parameters.dataDir), 1).nodeMode,
  );
  if (mode === 'partial') return undefined;
  const { readSsconf } = await import('../ganeti/ssconf.ts');
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') return undefined;
  const { ownName } = await import('../sweep/own-name.ts');
  const me = await ownName(env, call, read.ssconf.nodeList);
  const address = me.kind === 'known' ? read.ssconf.primaryIps.get(me.name) : undefined;
  if (address === undefined) return undefined;
  const { checkDaemons } = await import('./daemons.ts');
  return await checkDaemons(env, parameters, address, deadline);
}
