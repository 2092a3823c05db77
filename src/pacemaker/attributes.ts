import type { Env } from '../env/env.ts';
import { describeOutcome } from './outcome-text.ts';

export type AttributeResult =
  | { readonly kind: 'done' }
  | { readonly kind: 'failed'; readonly message: string };

/**
 * Sets a transient attribute of this node. The attribute manager takes it and answers at once; it waits
 * neither for the CIB nor for a transition. Ask only for a change: each write can abort a transition.
 */
export async function setNodeAttribute(
  env: Env,
  name: string,
  value: string,
  timeoutMs: number,
): Promise<AttributeResult> {
  return await updateAttribute(env, name, ['--update', value], timeoutMs);
}

/** The same for another node, by Pacemaker's name of it. */
export async function setAttributeOf(
  env: Env,
  node: string,
  name: string,
  value: string,
  timeoutMs: number,
): Promise<AttributeResult> {
  if (node.trim() === '')
    return { kind: 'failed', message: `the node attribute ${name} was not set: no node named` };
  return await updateAttribute(env, name, ['--update', value, '--node', node], timeoutMs);
}

/** Removes a transient attribute of a node, by Pacemaker's name of it; done also where it is not set. */
export async function deleteAttributeOf(
  env: Env,
  node: string,
  name: string,
  timeoutMs: number,
): Promise<AttributeResult> {
  if (node.trim() === '')
    return { kind: 'failed', message: `the node attribute ${name} was not deleted: no node named` };
  return await updateAttribute(env, name, ['--delete', '--node', node], timeoutMs);
}

async function updateAttribute(
  env: Env,
  name: string,
  change: readonly string[],
  timeoutMs: number,
): Promise<AttributeResult> {
  const args = ['--name', name, ...change];
  const outcome = await env.run({ program: 'attrd_updater', args, timeoutMs });
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'done' };
  return {
    kind: 'failed',
    message: `the node attribute ${name} was not changed: attrd_updater: ${describeOutcome(outcome)}`,
  };
}
