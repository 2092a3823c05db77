import type { Env } from '../env/env.ts';
import type { AttributeResult } from './attributes.ts';
import { describeOutcome } from './outcome-text.ts';

/**
 * Sets how much Pacemaker shall prefer a node for the promoted role of a resource. Transient: gone when the node
 * leaves the cluster. Asked through the attribute manager, which answers at once. `node`: Pacemaker's name of it.
 */
export async function setPromotionScore(
  env: Env,
  resource: string,
  node: string,
  score: number,
  timeoutMs: number,
): Promise<AttributeResult> {
  return await changeScore(env, resource, node, [`--update=${score}`], timeoutMs);
}

/** Without a score Pacemaker promotes nothing there; done also where there is none. */
export async function deletePromotionScore(
  env: Env,
  resource: string,
  node: string,
  timeoutMs: number,
): Promise<AttributeResult> {
  return await changeScore(env, resource, node, ['--delete'], timeoutMs);
}

async function changeScore(
  env: Env,
  resource: string,
  node: string,
  change: readonly string[],
  timeoutMs: number,
): Promise<AttributeResult> {
  // Without a node crm_attribute would change an option of the whole cluster.
  if (resource.trim() === '' || node.trim() === '')
    return { kind: 'failed', message: 'the promotion score was not changed: no resource or no node named' };
  const args = [`--promotion=${resource}`, `--node=${node}`, ...change];
  const outcome = await env.run({ program: 'crm_attribute', args, timeoutMs });
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'done' };
  return {
    kind: 'failed',
    message: `the promotion score of ${resource} was not changed: crm_attribute: ${describeOutcome(outcome)}`,
  };
}
