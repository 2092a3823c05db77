import type { Env } from '../env/env.ts';
import { CIB_FILE } from './cib-file.ts';
import { childOf, childrenOf, parseXml, type XmlElement } from './xml-element.ts';

/**
 * The parameters of the first primitive of this agent (`ocf:ganeti:TYPE`) in the configuration on disk, by name, for
 * programs that Pacemaker does not call. Empty where there is none or the file cannot be read; rules are not followed.
 */
export async function resourceParameters(env: Env, type: string): Promise<Readonly<Record<string, string>>> {
  const file = env.files.read(CIB_FILE);
  if (file.kind !== 'text' || !file.text.includes(`type="${type}"`)) return {};
  const resources = childOf(childOf(await parseXml(file.text), 'configuration'), 'resources');
  const [primitive] = resources === undefined ? [] : primitivesIn(resources, type);
  const pairs = childrenOf(primitive, 'instance_attributes').flatMap((set) => childrenOf(set, 'nvpair'));
  return Object.fromEntries(
    pairs.flatMap(({ attributes: { name, value } }) =>
      name === undefined || value === undefined ? [] : [[name, value]],
    ),
  );
}

/** Also within clones and groups. */
function primitivesIn(element: XmlElement, type: string): readonly XmlElement[] {
  return element.children.flatMap((child) => {
    const { provider, type: own } = child.attributes;
    if (child.name === 'primitive') return provider === 'ganeti' && own === type ? [child] : [];
    return primitivesIn(child, type);
  });
}
