import type { Env } from '../env/env.ts';
import type { OcfCall } from '../ocf/environment.ts';
import { mapNames } from '../pacemaker/names.ts';

/** Which Ganeti node this host is. */
export type OwnName =
  | { readonly kind: 'known'; readonly name: string }
  | { readonly kind: 'unknown'; readonly text: string };

/**
 * This host's name in Ganeti, from Pacemaker's name for it (`uname -n` where Pacemaker does not call us):
 * exact, then the unique short name, then the `ganeti-name` attribute. No DNS: `hostname --fqdn` fails when the
 * resolver does, and prints whatever alias comes first.
 */
export async function ownName(
  env: Env,
  call: Pick<OcfCall, 'onNode'>,
  ganetiNodes: readonly string[],
): Promise<OwnName> {
  const pacemakerName = call.onNode ?? env.host.nodename;
  const plain = match(pacemakerName, {}, ganetiNodes);
  if (plain !== undefined) return { kind: 'known', name: plain };
  const { permanentGanetiNames } = await import('../pacemaker/cib-file.ts');
  const attribute = (await permanentGanetiNames(env))[pacemakerName];
  const byAttribute =
    attribute === undefined ? undefined : match(pacemakerName, { 'ganeti-name': attribute }, ganetiNodes);
  if (byAttribute !== undefined) return { kind: 'known', name: byAttribute };
  return {
    kind: 'unknown',
    text: `Pacemaker's node ${pacemakerName} matches no node of Ganeti; nothing was done. Set its name with: crm_attribute --node ${pacemakerName} --name ganeti-name --update NAME`,
  };
}

function match(
  name: string,
  attributes: Readonly<Record<string, string>>,
  ganetiNodes: readonly string[],
): string | undefined {
  for (const [ganetiName, found] of mapNames([{ name, attributes }], ganetiNodes).byGaneti) {
    if (found.kind === 'mapped') return ganetiName;
  }
  return undefined;
}
