import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { parseAnswer } from './luxi-parse.ts';
import { query, rowValues } from './luxi-query2.ts';

/** A node as the configuration on the master has it; nothing here was measured on the node. */
export interface LuxiNode {
  readonly name: string;
  readonly role: 'master' | 'candidate' | 'regular' | 'drained' | 'offline';
  readonly offline: boolean;
  readonly drained: boolean;
  readonly masterCandidate: boolean;
  readonly masterCapable: boolean;
  readonly vmCapable: boolean;
  /** What Ganeti remembers of the last out-of-band power command; undefined where the node has no OOB program. */
  readonly powered: boolean | undefined;
}

export interface ClusterInfo {
  readonly clusterName: string;
  readonly master: string;
  readonly candidatePoolSize: number;
  /** e.g. `3.0.2`. */
  readonly softwareVersion: string;
}

export interface ConfigValues {
  readonly masterNode: string;
  /** New jobs are refused with GenericError "Queue drained". */
  readonly queueDrained: boolean;
}

const ROLES = { M: 'master', C: 'candidate', R: 'regular', D: 'drained', O: 'offline' } as const;

/** All of them are in the configuration (Query/Node.hs:186), so a dead node costs nothing. */
const NODE_FIELDS = [
  'name',
  'role',
  'offline',
  'drained',
  'master_candidate',
  'master_capable',
  'vm_capable',
  'powered',
] as const;

const NODE = v.object({
  name: v.pipe(v.string(), v.nonEmpty()),
  role: v.picklist(['M', 'C', 'R', 'D', 'O']),
  offline: v.boolean(),
  drained: v.boolean(),
  master_candidate: v.boolean(),
  master_capable: v.boolean(),
  vm_capable: v.boolean(),
  powered: v.optional(v.boolean()),
});

/** Every node of the cluster. Throws LuxiError. */
export async function queryNodes(call: LuxiCall): Promise<readonly LuxiNode[]> {
  const rows = await query(call, 'node', NODE_FIELDS, null);
  return rows.map((row) => {
    const node = rowValues(row, NODE);
    return {
      name: node.name,
      role: ROLES[node.role],
      offline: node.offline,
      drained: node.drained,
      masterCandidate: node.master_candidate,
      masterCapable: node.master_capable,
      vmCapable: node.vm_capable,
      powered: node.powered,
    };
  });
}

const CLUSTER_INFO = v.object({
  name: v.string(),
  master: v.pipe(v.string(), v.nonEmpty()),
  candidate_pool_size: v.pipe(v.number(), v.integer()),
  software_version: v.string(),
});

/** Throws LuxiError. */
export async function queryClusterInfo(call: LuxiCall): Promise<ClusterInfo> {
  const info = parseAnswer('QueryClusterInfo', CLUSTER_INFO, await call('QueryClusterInfo', []));
  return {
    clusterName: info.name,
    master: info.master,
    candidatePoolSize: info.candidate_pool_size,
    softwareVersion: info.software_version,
  };
}

const CONFIG_VALUES = v.tuple([v.pipe(v.string(), v.nonEmpty()), v.boolean()]);

/** The cheapest question that proves that luxid works. Throws LuxiError. */
export async function queryConfigValues(call: LuxiCall): Promise<ConfigValues> {
  const answer = await call('QueryConfigValues', [['master_node', 'drain_flag']]);
  const [masterNode, queueDrained] = parseAnswer('QueryConfigValues', CONFIG_VALUES, answer);
  return { masterNode, queueDrained };
}
