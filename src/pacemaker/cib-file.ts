import type { Env } from '../env/env.ts';
import { GANETI_NAME_ATTRIBUTE } from './names.ts';
import { childOf, childrenOf, parseXml, type XmlElement } from './xml-element.ts';

/** The configuration as every cluster node keeps it; written anew on each change of it. */
export const CIB_FILE = '/var/lib/pacemaker/cib/cib.xml';

/** Whether this host belongs to a cluster of Pacemaker's, also one that does not run or cannot be read. */
export function isInPacemaker(env: Pick<Env, 'files'>): boolean {
  return env.files.stat(CIB_FILE).kind !== 'missing';
}

/** Whether the master role is a resource of Pacemaker's, in whichever form; where it is not, it is nobody's to stop. */
export function isMasterConfigured(env: Env): boolean {
  const file = env.files.read(CIB_FILE);
  return file.kind === 'text' && /<primitive [^>]*type="ganeti-master(?:-promotable)?"/.test(file.text);
}

/** Whether Pacemaker calls our alert agent: by its name, wherever it is installed. One file read, nothing is parsed. */
export function isAlertConfigured(env: Env): boolean {
  const file = env.files.read(CIB_FILE);
  return file.kind === 'text' && /<alert [^>]*path="[^"]*\/alert_ganeti"/.test(file.text);
}

/**
 * The permanent node attribute `ganeti-name` by Pacemaker name, also of nodes that are dead now, for
 * which crm_mon prints no attributes. Read from disk: no process, and nothing is parsed where nobody
 * uses the attribute. Empty where the file cannot be read.
 */
export async function permanentGanetiNames(env: Env): Promise<Readonly<Record<string, string>>> {
  const file = env.files.read(CIB_FILE);
  if (file.kind !== 'text' || !file.text.includes(`"${GANETI_NAME_ATTRIBUTE}"`)) return {};
  const nodes = childOf(childOf(await parseXml(file.text), 'configuration'), 'nodes');
  return Object.fromEntries(childrenOf(nodes, 'node').flatMap(ganetiNameOf));
}

function ganetiNameOf(node: XmlElement): [string, string][] {
  const name = node.attributes.uname ?? '';
  const pair = childrenOf(node, 'instance_attributes')
    .flatMap((set) => childrenOf(set, 'nvpair'))
    .find(({ attributes }) => attributes.name === GANETI_NAME_ATTRIBUTE);
  const value = pair?.attributes.value ?? '';
  return name === '' || value === '' ? [] : [[name, value]];
}
