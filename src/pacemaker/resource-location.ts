import type { Env } from '../env/env.ts';
import { childOf, parseXml, type XmlElement } from './xml-element.ts';

const ARGS = ['--one-shot', '--output-as=xml', '--exclude=all', '--include=resources'] as const;

/**
 * Pacemaker's names of the nodes that hold Ganeti's master role for it: where `ganeti-master` is started, or
 * `ganeti-master-promotable` promoted (`Master` before 2.1). Undefined where Pacemaker did not say.
 */
export async function masterForPacemaker(
  env: Env,
  timeoutMs: number,
): Promise<readonly string[] | undefined> {
  const outcome = await env.run({ program: 'crm_mon', args: ARGS, timeoutMs, env: { TZ: 'UTC' } });
  if (outcome.kind !== 'exited' || outcome.code !== 0) return undefined;
  const resources = childOf(await parseXml(outcome.stdout), 'resources');
  if (resources === undefined) return undefined;
  const holders = instancesIn(resources).filter(({ attributes }) => holdsRole(attributes));
  const names = holders.flatMap(({ children }) =>
    children.flatMap(({ name, attributes }) => (name === 'node' ? [attributes.name ?? ''] : [])),
  );
  return [...new Set(names.filter((name) => name !== ''))].sort();
}

function holdsRole({ resource_agent: agent, role }: Readonly<Record<string, string>>): boolean {
  if (agent === 'ocf:ganeti:ganeti-master') return role === 'Started';
  return agent === 'ocf:ganeti:ganeti-master-promotable' && (role === 'Promoted' || role === 'Master');
}

/** Also within clones and groups. */
function instancesIn(element: XmlElement): readonly XmlElement[] {
  return element.children.flatMap((child) => (child.name === 'resource' ? [child] : instancesIn(child)));
}
