import type { Env } from '../env/env.ts';
import { permanentGanetiNames } from './cib-file.ts';
import type { ClusterAnswer, ClusterState, PacemakerNode } from './cluster-state.ts';
import { readFenceHistory } from './fence-history.ts';
import { GANETI_NAME_ATTRIBUTE } from './names.ts';
import { describeOutcome } from './outcome-text.ts';
import { childOf, childrenOf, parseXml, type XmlElement } from './xml-element.ts';

/**
 * Only the sections that are read. After `--exclude=all` the fencing section must be asked for by name:
 * `--fence-history` alone then prints nothing, which reads like "nobody was ever fenced" (2.1.5, measured).
 */
const ARGS = [
  '--one-shot',
  '--output-as=xml',
  '--exclude=all',
  '--include=dc,options,nodes,attributes,fencing',
  '--fence-history=3',
] as const;

/**
 * One picture of the cluster from this node's Pacemaker, in one process.
 * No answer within timeoutMs, exit 102 (not connected) and what cannot be understood are `unavailable`.
 */
export async function queryClusterState(env: Env, timeoutMs: number): Promise<ClusterAnswer> {
  // UTC, because the identity of a fencing event is made from its printed time (fence-history.ts).
  const outcome = await env.run({ program: 'crm_mon', args: ARGS, timeoutMs, env: { TZ: 'UTC' } });
  if (outcome.kind === 'exited' && outcome.code === 0) {
    return await parseClusterState(outcome.stdout, await permanentGanetiNames(env));
  }
  return {
    kind: 'unavailable',
    message: `crm_mon gave no picture of the cluster: ${describeOutcome(outcome)}`,
  };
}

/**
 * Reads the XML of `crm_mon --output-as=xml`, of Pacemaker 2.1 and 3.0.
 * `ganetiNames`: the permanent attribute by Pacemaker name, which crm_mon does not print for offline nodes.
 */
export async function parseClusterState(
  xml: string,
  ganetiNames: Readonly<Record<string, string>> = {},
): Promise<ClusterAnswer> {
  const root = await parseXml(xml);
  try {
    if (root?.name !== 'pacemaker-result') throw new UnexpectedOutputError('no pacemaker-result element');
    const status = childOf(root, 'status')?.attributes;
    if (status?.code !== '0') {
      throw new UnexpectedOutputError(`status ${status?.code}: ${status?.message}`);
    }
    return { kind: 'ok', state: readState(root, ganetiNames) };
  } catch (error) {
    if (!(error instanceof UnexpectedOutputError)) throw error;
    return { kind: 'unavailable', message: `crm_mon's output could not be used: ${error.message}` };
  }
}

/** Output of another form than the one known; nothing of it was used. */
class UnexpectedOutputError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'UnexpectedOutputError';
  }
}

function readState(root: XmlElement, ganetiNames: Readonly<Record<string, string>>): ClusterState {
  const summary = childOf(root, 'summary');
  const dc = childOf(summary, 'current_dc')?.attributes;
  const options = childOf(summary, 'cluster_options')?.attributes;
  const nodes = childOf(root, 'nodes');
  if (nodes === undefined || options === undefined) {
    throw new UnexpectedOutputError('the list of nodes or the cluster options are missing');
  }
  const attributes = childrenOf(childOf(root, 'node_attributes'), 'node');
  const hasDc = dc?.present === 'true';
  return {
    quorum: hasDc && dc.with_quorum === 'true',
    dc: hasDc ? dc.name : undefined,
    // 3.0.2 names it fencing-enabled and keeps stonith-enabled as deprecated.
    stonithEnabled: (options['fencing-enabled'] ?? options['stonith-enabled']) === 'true',
    maintenanceMode: options['maintenance-mode'] === 'true',
    nodes: childrenOf(nodes, 'node').map((node) => readNode(node, attributes, ganetiNames)),
    ...readFenceHistory(childOf(root, 'fence_history')),
  };
}

function readNode(
  node: XmlElement,
  attributes: readonly XmlElement[],
  ganetiNames: Readonly<Record<string, string>>,
): PacemakerNode {
  const { name, id, type, standby, maintenance, shutdown } = node.attributes;
  if (name === undefined || name === '') throw new UnexpectedOutputError('a node without a name');
  const ganetiName = ganetiNames[name];
  const own = attributes.find((element) => element.attributes.name === name);
  return {
    name,
    id: id ?? '',
    type: type ?? '',
    online: flag(node, 'online'),
    pending: flag(node, 'pending'),
    unclean: flag(node, 'unclean'),
    expectedUp: flag(node, 'expected_up'),
    standby: standby === 'true',
    maintenance: maintenance === 'true',
    shutdown: shutdown === 'true',
    attributes: {
      ...(ganetiName === undefined ? {} : { [GANETI_NAME_ATTRIBUTE]: ganetiName }),
      ...Object.fromEntries(
        childrenOf(own, 'attribute').map((a) => [a.attributes.name ?? '', a.attributes.value ?? '']),
      ),
    },
  };
}

/** The four flags a verdict rests on: one that is missing must not be read as false. */
function flag(node: XmlElement, name: string): boolean {
  const value = node.attributes[name];
  if (value === 'true') return true;
  if (value === 'false') return false;
  throw new UnexpectedOutputError(`node ${node.attributes.name}: ${name} is ${value ?? 'missing'}`);
}
