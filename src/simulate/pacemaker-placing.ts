import type { NodeFlags } from './pacemaker-flags.ts';
import {
  type Configuration,
  type NodeStatus,
  type Recorded,
  type ResourceId,
  recordOf,
} from './pacemaker-model.ts';

/** A node as the scheduler looks at it. */
export interface PlanNode {
  readonly name: string;
  readonly status: NodeStatus;
  readonly flags: NodeFlags;
}

/** What the scheduler knows of the whole partition when it places a resource. */
export interface Situation {
  readonly nodes: readonly PlanNode[];
  readonly configuration: Configuration;
  readonly quorum: boolean;
  /** Who is fenced in this transition. */
  readonly fence: readonly string[];
  readonly devices: ReadonlyMap<string, string>;
}

/** What is done with the master role: demote, stop, start, promote, in this order. */
export interface MasterPlan {
  readonly masterDemotes: readonly string[];
  readonly masterStops: readonly string[];
  readonly masterStarts: readonly string[];
  readonly masterPromote: string | undefined;
}

export const NO_MASTER_WORK: MasterPlan = {
  masterDemotes: [],
  masterStops: [],
  masterStarts: [],
  masterPromote: undefined,
};

/** Pacemaker's own word for a failed start. */
export const INFINITY = 1_000_000;

/** Whether what runs goes on without quorum, and nobody has disabled the resource or found it misconfigured. */
export function mayGoOn({ nodes, configuration, quorum }: Situation, resource: ResourceId): boolean {
  const fatal = nodes.some(({ status }) => recordOf(status.history, resource).fatal);
  const keep = quorum || configuration.noQuorumPolicy === 'freeze';
  return keep && !fatal && !configuration.disabled.has(resource);
}

export function mayRun(
  { name, flags }: PlanNode,
  resource: ResourceId,
  recorded: Recorded,
  { rules, migrationThreshold }: Configuration,
): boolean {
  if (!flags.usable || flags.standby || flags.shutdown || recorded.banned) return false;
  if (recorded.failCount >= (resource === 'ganeti-master' ? migrationThreshold : INFINITY)) return false;
  return !rules.some((rule) => rule.resource === resource && rule.node === name && rule.score === 'ban');
}

export function isPreferred({ name }: PlanNode, resource: ResourceId, { rules }: Configuration): boolean {
  return rules.some((rule) => rule.resource === resource && rule.node === name && rule.score === 'prefer');
}

export function attributeOf({ status }: PlanNode, name: string): string | undefined {
  return status.member.attributes.get(name);
}
