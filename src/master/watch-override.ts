import { readSsconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { agentLook } from '../sweep/agent-look.ts';
import { keepOverride } from '../sweep/vote-override.ts';

/**
 * While luxid and wconfd skip the vote every monitor of the master asks whether they still must: nodes that are back
 * end it, and what a package upgrade has overwritten is put back. The node role's look does so too where it runs.
 */
export async function watchOverride(context: ActionContext): Promise<void> {
  const { env, parameters } = context;
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') return;
  const { ssconf } = read;
  const view = await agentLook(context, ssconf);
  for (const { code, text } of await keepOverride(context, ssconf, ssconf.masterNode, view))
    env.log('warning', `${code} ${text}`);
}
