/** What Pacemaker says about the whole cluster at one moment, as one `crm_mon` told it on this node. */
export interface ClusterState {
  /** False also where no DC is known: without a DC nobody vouches for quorum. */
  readonly quorum: boolean;
  /** Pacemaker's name of the DC. */
  readonly dc: string | undefined;
  readonly stonithEnabled: boolean;
  /** The whole cluster is in maintenance mode: Pacemaker then does not even fence (facts of 2.1.5). */
  readonly maintenanceMode: boolean;
  /** False where the fencer did not answer: then an empty `fenceEvents` says nothing. */
  readonly fenceHistoryKnown: boolean;
  readonly nodes: readonly PacemakerNode[];
  readonly fenceEvents: readonly FenceEvent[];
}

export interface PacemakerNode {
  /** Pacemaker's name; never compare it with a Ganeti name, see names.ts. */
  readonly name: string;
  readonly id: string;
  /** `member`, `remote`, `ping` or what a newer Pacemaker may add. */
  readonly type: string;
  /** With fencing on this is "in corosync's membership" as the CIB has it, not "usable". */
  readonly online: boolean;
  /** Joining, or Pacemaker cleanly stopped under a running corosync; a living machine either way. */
  readonly pending: boolean;
  /** Pacemaker wants to fence it, or would if it could. */
  readonly unclean: boolean;
  readonly standby: boolean;
  readonly maintenance: boolean;
  readonly shutdown: boolean;
  /** False after a clean stop, and after fencing too. */
  readonly expectedUp: boolean;
  /**
   * Of online nodes only, as crm_mon prints them (pe_output.c, node_attribute_list; 2.1.5 and 3.0.2);
   * `ganeti-name` also of the others, from the configuration on disk.
   */
  readonly attributes: Readonly<Record<string, string>>;
}

export interface FenceEvent {
  /**
   * Stable identity of the event on this host: the same for each reading, whatever the time zone,
   * daylight saving time or Pacemaker version.
   */
  readonly id: string;
  /** Pacemaker's name of the node that was fenced. */
  readonly target: string;
  /** `off`, `reboot`, `on` or an agent's own. */
  readonly action: string;
  readonly status: 'success' | 'failed' | 'pending';
  readonly client: string;
  readonly origin: string;
  readonly delegate?: string;
  /** As printed; absent while pending. */
  readonly completed?: string;
  /** The same in milliseconds, by the clock of the fencer that did it: another host's clock. */
  readonly completedMs?: number;
  readonly exitReason?: string;
}

/** `unavailable`: no answer, and therefore no statement about any node. */
export type ClusterAnswer =
  | { readonly kind: 'ok'; readonly state: ClusterState }
  | { readonly kind: 'unavailable'; readonly message: string };
