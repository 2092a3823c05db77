import type { Env, Outcome } from '../env/env.ts';
import type { AttributeResult } from './attributes.ts';
import { describeOutcome } from './outcome-text.ts';
import { childrenOf, parseXml } from './xml-element.ts';

/**
 * A set of cluster properties of our own, beside Pacemaker's: every node has it, whoever is Ganeti's master, and it
 * survives a power cut of all. Pacemaker passes over names it does not know; pcs and crmsh show them (2.1.5,
 * measured; SAPHanaSR keeps its own there in the same way). A change computes a transition without actions.
 * No id may be there twice in the whole configuration, and somebody's alert is called ganeti-ha.
 */
const SET = 'ganeti-ha-orders';

/** Of every name of ours: names are common to all sets. */
const PREFIX = 'ganeti-ha-';

export type PropertiesAnswer =
  | { readonly kind: 'ok'; readonly properties: Readonly<Record<string, string>> }
  | { readonly kind: 'unavailable'; readonly message: string };

/** All properties of our set, as this node's Pacemaker has them now. Not from the file: a full disk keeps it old. */
export async function readProperties(env: Env, timeoutMs: number): Promise<PropertiesAnswer> {
  const args = ['--query', '--local', '--scope', 'crm_config'];
  const outcome = await env.run({ program: 'cibadmin', args, timeoutMs });
  if (outcome.kind !== 'exited' || outcome.code !== 0) {
    return { kind: 'unavailable', message: `cibadmin: ${describeOutcome(outcome)}` };
  }
  const root = await parseXml(outcome.stdout);
  if (root?.name !== 'crm_config') {
    return { kind: 'unavailable', message: 'cibadmin printed no crm_config' };
  }
  const pairs = childrenOf(root, 'cluster_property_set')
    .filter(({ attributes }) => attributes.id === SET)
    .flatMap((set) => childrenOf(set, 'nvpair'));
  return {
    kind: 'ok',
    properties: Object.fromEntries(
      pairs.map(({ attributes }) => [attributes.name ?? '', attributes.value ?? '']),
    ),
  };
}

/** `value` in printable ASCII: in the C locale the tools refuse the rest. */
export async function setProperty(
  env: Env,
  name: string,
  value: string,
  timeoutMs: number,
): Promise<AttributeResult> {
  return await change(env, name, ['--update', value], timeoutMs);
}

/** Done also where it is not set. */
export async function deleteProperty(env: Env, name: string, timeoutMs: number): Promise<AttributeResult> {
  return await change(env, name, ['--delete'], timeoutMs);
}

async function change(
  env: Env,
  name: string,
  what: readonly string[],
  timeoutMs: number,
): Promise<AttributeResult> {
  if (!name.startsWith(PREFIX))
    return { kind: 'failed', message: `the cluster property "${name}" is not ours and was not changed` };
  const args = ['--type', 'crm_config', '--set-name', SET, '--name', name, ...what];
  const outcome: Outcome = await env.run({ program: 'crm_attribute', args, timeoutMs });
  if (outcome.kind === 'exited' && outcome.code === 0) return { kind: 'done' };
  return {
    kind: 'failed',
    message: `the cluster property ${name} was not changed: crm_attribute: ${describeOutcome(outcome)}`,
  };
}
