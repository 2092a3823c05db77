import { ganetiPresence } from '../ganeti/presence.ts';
import { readMasterNode, readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { testClaim } from '../sweep/claim.ts';
import { ownName } from '../sweep/own-name.ts';

/** What this node is in Ganeti, as far as it can be known. */
export type Role =
  | { readonly kind: 'not-installed' }
  /** Installed, but no cluster here. */
  | { readonly kind: 'no-cluster' }
  /** ssconf cannot be read, or names nobody this node can be told from. */
  | { readonly kind: 'unreadable'; readonly message: string }
  | { readonly kind: 'nameless'; readonly message: string }
  | { readonly kind: 'elsewhere'; readonly me: string; readonly ssconf: Ssconf }
  /** ssconf names this node, and the others or luxid's own vote confirm it. */
  | { readonly kind: 'held'; readonly me: string; readonly ssconf: Ssconf; readonly by: string }
  /** ssconf names this node, the others name somebody else. */
  | {
      readonly kind: 'stale';
      readonly me: string;
      readonly ssconf: Ssconf;
      readonly master: string;
      readonly by: readonly string[];
      readonly luxidWorks: boolean;
    }
  /** ssconf names this node and nobody could be asked. */
  | { readonly kind: 'doubtful'; readonly me: string; readonly ssconf: Ssconf; readonly message: string };

/** The role of this node; what its ssconf claims is tested against the others. `thorough`: see testClaim. */
export async function roleOf(context: ActionContext, thorough = false): Promise<Role> {
  const { env, parameters } = context;
  const base = baseOf(context);
  if (base !== undefined) return base;
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') {
    const what = read.kind === 'missing' ? 'is missing' : read.message;
    return { kind: 'unreadable', message: `${read.file}: ${what}` };
  }
  const { ssconf } = read;
  const own = await ownName(env, context.call, ssconf.nodeList);
  if (own.kind === 'unknown') return { kind: 'nameless', message: own.text };
  const me = own.name;
  if (ssconf.masterNode !== me) return { kind: 'elsewhere', me, ssconf };
  const claim = await testClaim(context, ssconf, me, thorough);
  switch (claim.kind) {
    case 'confirmed':
      return { kind: 'held', me, ssconf, by: claim.by };
    case 'contradicted':
      return { kind: 'stale', me, ssconf, master: claim.master, by: claim.by, luxidWorks: claim.luxidWorks };
    case 'doubtful':
      return { kind: 'doubtful', me, ssconf, message: claim.message };
    default:
      return claim satisfies never;
  }
}

/** What can be told without knowing who this node is. */
function baseOf({ env, parameters }: ActionContext): Role | undefined {
  const master = readMasterNode(env.files, parameters.dataDir);
  switch (master.kind) {
    case 'ok':
      return undefined;
    case 'missing': {
      const presence = ganetiPresence(env, parameters.dataDir);
      return presence === 'cluster'
        ? { kind: 'unreadable', message: 'ssconf_master_node is missing' }
        : { kind: presence };
    }
    case 'unreadable':
    case 'garbage':
      return { kind: 'unreadable', message: master.message };
    default:
      return master satisfies never;
  }
}
