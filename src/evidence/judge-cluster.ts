import { evidenceFor } from './fencing-evidence.ts';
import type { Observations, SeenEvent } from './memory.ts';
import {
  type ClusterFacts,
  judge,
  type Mapping,
  type NodeFacts,
  type NodeSeen,
  type OpenFencing,
  type Verdict,
} from './verdict.ts';

export interface ClusterPicture {
  readonly quorum: boolean;
  readonly stonithEnabled: boolean;
  readonly maintenanceMode: boolean;
  readonly fenceHistoryKnown: boolean;
  readonly nodes: readonly NodeSeen[];
  readonly fenceEvents: readonly HistoryEvent[];
}

export interface HistoryEvent extends SeenEvent {
  readonly exitReason?: string;
  /** Who asked for it, on which host, and which host did it; for people. */
  readonly client?: string;
  readonly origin?: string;
  readonly delegate?: string;
}

export interface JudgeClusterInput {
  /** All Ganeti nodes. */
  readonly ganetiNodes: readonly string[];
  /** Which Pacemaker node each of them is. */
  readonly names: ReadonlyMap<string, Mapping>;
  readonly cluster:
    | { readonly kind: 'ok'; readonly state: ClusterPicture }
    | { readonly kind: 'unavailable'; readonly message: string };
  /** Pacemaker names; undefined where corosync was not asked or did not answer. */
  readonly corosyncMembers: readonly string[] | undefined;
  /** This host's memory, after `observe` of this very picture. */
  readonly observations: Observations | undefined;
  /** Pacemaker names this call's notify says were fenced. */
  readonly notifiedFenced: readonly string[];
  readonly simulatedUnproven: boolean;
}

/** The verdict on each Ganeti node, in the order given. */
export function judgeCluster(input: JudgeClusterInput): readonly Verdict[] {
  const { cluster } = input;
  const facts: ClusterFacts = cluster.kind === 'ok' ? { ...cluster.state, kind: 'ok' } : cluster;
  return input.ganetiNodes.map((node) => judge(factsOf(node, input), facts));
}

/** All that is known of one node, before anybody judges. */
export function factsOf(node: string, input: JudgeClusterInput): NodeFacts {
  const state = input.cluster.kind === 'ok' ? input.cluster.state : undefined;
  const mapping = input.names.get(node) ?? {
    kind: 'none',
    text: `${node} was not mapped to a Pacemaker node`,
  };
  const name = mapping.kind === 'mapped' ? mapping.pacemaker : '';
  return {
    node,
    mapping,
    seen: state?.nodes.find((candidate) => candidate.name === name),
    corosyncMember: input.corosyncMembers?.includes(name),
    fencing: evidenceFor(input.observations, name),
    openFencing: state === undefined ? undefined : openFencing(name, state.fenceEvents),
    notifiedFenced: input.notifiedFenced.includes(name),
    simulatedUnproven: input.simulatedUnproven,
  };
}

/** The history is newest first. What failed before the last success is over; what is pending has no time yet. */
function openFencing(name: string, events: ClusterPicture['fenceEvents']): OpenFencing | undefined {
  const own = events.filter(({ target }) => target === name);
  const pending = own.find(({ status }) => status === 'pending');
  const success = own.findIndex(({ status }) => status === 'success');
  const failed = own.slice(0, success < 0 ? own.length : success).find(({ status }) => status === 'failed');
  if (failed === undefined) {
    if (pending === undefined) return undefined;
    return { kind: 'first-try', text: `its fencing (${pending.action}) is under way` };
  }
  const again = pending === undefined ? 'failed' : 'has failed and is tried again';
  const why = failed.exitReason === undefined ? '' : `: ${failed.exitReason}`;
  return { kind: 'failing', text: `its fencing (${failed.action}) ${again}${why}` };
}
