/**
 * The memory that answers "was this fencing after the node's last join?" without comparing the clocks of
 * different hosts: which fencing events this host knew while it still saw the node as a member, and which
 * arrived while it was watching. Plain JSON, kept per host; a new master judges by its own memory.
 */
export interface Observations {
  readonly version: 1;
  /** When this host last looked with the fencing history known, by its own clock, in milliseconds. */
  readonly atMs: number;
  /** Corosync's ring sequence number at that moment. */
  readonly ring?: number;
  /** By Pacemaker name. */
  readonly nodes: Readonly<Record<string, NodeMemory>>;
}

export interface NodeMemory {
  /** What the look at `atMs` said. */
  readonly member: boolean;
  /** Ids of events that are older than the node's present or last membership; oldest first. */
  readonly baseline: readonly string[];
  /** Successful off and reboot events that are not in the baseline. */
  readonly events: readonly KnownEvent[];
  /** When this host learned of the last fencing that the node has outlived. */
  readonly outlivedMs?: number;
}

export interface KnownEvent {
  readonly id: string;
  readonly action: string;
  readonly firstSeenMs: number;
  /** It arrived between two snapshots without a gap in which the node could have come and gone. */
  readonly witnessed: boolean;
  /** Why not, where it was not witnessed. */
  readonly doubt?: string;
  /** The node was seen as a non-member after the event was first seen. */
  readonly absentSince: boolean;
  /** The node has answered over the network since, for long enough to be told: the event is no proof any more. */
  readonly answeredMs?: number;
}

/** One look at the cluster, structurally a part of pacemaker's ClusterState. */
export interface Snapshot {
  readonly nodes: readonly SeenNode[];
  readonly fenceEvents: readonly SeenEvent[];
  /** False: an empty list of events says nothing. */
  readonly fenceHistoryKnown: boolean;
  /** Corosync's ring sequence number on this host, read before the cluster was asked. */
  readonly ring?: number | undefined;
  /** Pacemaker names in corosync's membership; undefined where it was not asked. */
  readonly corosyncMembers?: readonly string[] | undefined;
  /** Pacemaker names this call's notify says were fenced in this very transition. */
  readonly notifiedFenced?: readonly string[] | undefined;
}

export interface SeenNode {
  readonly name: string;
  readonly online: boolean;
  readonly pending: boolean;
}

export interface SeenEvent {
  readonly id: string;
  readonly target: string;
  readonly action: string;
  readonly status: string;
  /** By the clock of the fencer that did it. */
  readonly completedMs?: number;
}
