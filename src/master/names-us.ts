import type { ActionContext } from '../ocf/dispatch.ts';

/** Whose a name in ssconf is. `unknown` is neither: who cannot be told from others may still be the one. */
export type Whose = 'ours' | 'another' | 'unknown';

/** An exact match on the hot path; other spellings need the node list, and Pacemaker's names. */
export async function whoseName({ env, call, parameters }: ActionContext, master: string): Promise<Whose> {
  if (master === (call.onNode ?? env.host.nodename)) return 'ours';
  const { readNodeList } = await import('../ganeti/node-list.ts');
  const { ownName } = await import('../sweep/own-name.ts');
  const me = await ownName(env, call, readNodeList(env.files, parameters.dataDir));
  if (me.kind === 'unknown') return 'unknown';
  return me.name === master ? 'ours' : 'another';
}
