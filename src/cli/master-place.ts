import type { Env } from '../env/env.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { ownName } from '../sweep/own-name.ts';

/** Where the master is by this host's ssconf; `unsure`: it has one, and it is not known which node this host is. */
export type MasterPlace =
  | { readonly kind: 'here' | 'elsewhere' | 'unsure'; readonly ssconf: Ssconf }
  | { readonly kind: 'unknown'; readonly text: string };

export async function masterPlace(env: Env, dataDir: string): Promise<MasterPlace> {
  const read = readSsconf(env.files, dataDir);
  if (read.kind !== 'ok') return { kind: 'unknown', text: `${read.file}: ${read.kind}` };
  const { ssconf } = read;
  const me = await ownName(env, { onNode: undefined }, ssconf.nodeList);
  if (me.kind !== 'known') return { kind: 'unsure', ssconf };
  return { kind: me.name === ssconf.masterNode ? 'here' : 'elsewhere', ssconf };
}
