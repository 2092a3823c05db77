import type { Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { agentLook } from '../sweep/agent-look.ts';
import { askOverride, makeLasting, type Override } from '../sweep/vote-override.ts';

/** Whether Ganeti's vote may be overridden now, by a look at the cluster; where it is needed it is made to last. */
export async function overrideAllowed(context: ActionContext, ssconf: Ssconf, me: string): Promise<Override> {
  const override = await askOverride(context, await agentLook(context, ssconf), ssconf, me);
  if (override.kind === 'needed') await lastingFrom(context, override);
  return override;
}

/** A start goes on without: it gives the daemons that it starts the arguments itself. */
export async function lastingFrom(
  { env }: ActionContext,
  { because }: Extract<Override, { kind: 'needed' }>,
): Promise<void> {
  for (const { code, text } of await makeLasting(env, because)) env.log('warning', `${code} ${text}`);
}
