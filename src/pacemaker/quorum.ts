import type { Env } from '../env/env.ts';

/** CRM_EX_QUORUM: with it Pacemaker 2.1.5 says "0" (seen in the lab). */
const EXIT_WITHOUT_QUORUM = 106;

export type QuorumAnswer =
  | { readonly kind: 'ok'; readonly quorum: boolean }
  | { readonly kind: 'unavailable'; readonly message: string };

/**
 * Whether this partition has quorum, from `crm_node -q` (1 or 0): a quarter of what `crm_mon` costs, and it asks
 * the cluster layer itself, not the configuration's last word on it.
 */
export async function queryQuorum(env: Env, timeoutMs: number): Promise<QuorumAnswer> {
  const outcome = await env.run({ program: 'crm_node', args: ['-q'], timeoutMs });
  if (outcome.kind !== 'exited') return { kind: 'unavailable', message: `crm_node -q: ${outcome.kind}` };
  const word = outcome.stdout.trim();
  const said = outcome.code === 0 && (word === '1' || word === '0');
  if (said || (outcome.code === EXIT_WITHOUT_QUORUM && word === '0')) {
    return { kind: 'ok', quorum: word === '1' };
  }
  return { kind: 'unavailable', message: `crm_node -q: exit ${outcome.code} ${outcome.stderr.trim()}` };
}
