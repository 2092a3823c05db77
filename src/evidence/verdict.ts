import type { FencingEvidence } from './fencing-evidence.ts';

export type VerdictKind = 'alive' | 'left' | 'fenced' | 'lost' | 'unknown';

/** Why a verdict was reached: a stable identifier for programs, a sentence with the facts for people. */
export interface Reason {
  readonly rule: Rule;
  readonly text: string;
}

export type Rule =
  | 'no-cluster-state'
  | 'not-mapped'
  | 'ambiguous-name'
  | 'not-in-pacemaker'
  | 'not-a-cluster-node'
  | 'online'
  | 'pending'
  | 'corosync-member'
  | 'standby'
  | 'maintenance'
  | 'shutting-down'
  | 'unclean-online'
  | 'membership-not-known'
  | 'fencing-proven'
  | 'fenced-but-unclean'
  | 'fencing-not-witnessed'
  | 'notified-without-event'
  | 'fence-history-not-known'
  | 'gone-unfenced'
  | 'gone-but-answers'
  | 'fencing-under-way'
  | 'gone-without-quorum'
  | 'clean-stop'
  | 'simulated-unproven';

export interface Verdict {
  /** Ganeti's name of the node. */
  readonly node: string;
  readonly verdict: VerdictKind;
  readonly reasons: readonly Reason[];
}

/** What crm_mon says of one node; structurally a part of pacemaker's PacemakerNode. */
export interface NodeSeen {
  readonly name: string;
  readonly type: string;
  readonly online: boolean;
  readonly pending: boolean;
  readonly unclean: boolean;
  readonly standby: boolean;
  readonly maintenance: boolean;
  readonly shutdown: boolean;
  readonly expectedUp: boolean;
}

export type Mapping =
  | { readonly kind: 'mapped'; readonly pacemaker: string; readonly how: string }
  | { readonly kind: 'none'; readonly text: string }
  | { readonly kind: 'ambiguous'; readonly text: string };

export interface OpenFencing {
  /** `first-try`: it runs, and none before it has failed. */
  readonly kind: 'first-try' | 'failing';
  readonly text: string;
}

export interface NodeFacts {
  /** Ganeti's name. */
  readonly node: string;
  readonly mapping: Mapping;
  readonly seen: NodeSeen | undefined;
  /** In corosync's membership now; undefined where that was not asked or not answered. */
  readonly corosyncMember: boolean | undefined;
  readonly fencing: FencingEvidence;
  /** What the history says of a fencing that has not succeeded. */
  readonly openFencing: OpenFencing | undefined;
  /** This call's notify says that the node was fenced (key_operation `stonith`). */
  readonly notifiedFenced: boolean;
  /** Simulation file `fencing-unproven`: takes proof away, never gives any. */
  readonly simulatedUnproven: boolean;
}

export type ClusterFacts =
  | { readonly kind: 'unavailable'; readonly message: string }
  | {
      readonly kind: 'ok';
      readonly quorum: boolean;
      readonly stonithEnabled: boolean;
      readonly maintenanceMode: boolean;
      readonly fenceHistoryKnown: boolean;
    };

/** What has become of one node. Doubt and contradiction are `unknown`, on which nobody acts. */
export function judge(facts: NodeFacts, cluster: ClusterFacts): Verdict {
  const { node, mapping, seen } = facts;
  if (cluster.kind === 'unavailable') return unknown(node, 'no-cluster-state', cluster.message);
  if (mapping.kind === 'none') return unknown(node, 'not-mapped', mapping.text);
  if (mapping.kind === 'ambiguous') return unknown(node, 'ambiguous-name', mapping.text);
  if (seen === undefined) {
    return unknown(node, 'not-in-pacemaker', `Pacemaker does not list ${mapping.pacemaker}`);
  }
  if (seen.type !== 'member') {
    return unknown(node, 'not-a-cluster-node', `${seen.name} is a ${seen.type} node for Pacemaker`);
  }
  const living = signsOfLife(seen, facts.corosyncMember);
  if (living.length > 0) return { node, verdict: 'alive', reasons: [...living, ...circumstances(seen)] };
  if (facts.corosyncMember === undefined) {
    return unknown(
      node,
      'membership-not-known',
      `${seen.name} is offline for Pacemaker, corosync was not heard`,
    );
  }
  return facts.fencing.kind === 'proof'
    ? judgeProven(facts, seen, cluster.quorum, facts.fencing)
    : judgeUnproven(facts, seen, cluster, facts.fencing);
}

function judgeProven(
  facts: NodeFacts,
  seen: NodeSeen,
  quorum: boolean,
  proof: Extract<FencingEvidence, { kind: 'proof' }>,
): Verdict {
  const { node } = facts;
  // After a fencing the controller sets expected=down, so this is a moment's lag, or a node that came back
  // and was lost again without being fenced again.
  if (seen.unclean || seen.expectedUp) {
    return unknown(
      node,
      'fenced-but-unclean',
      `${proof.text}, yet Pacemaker still calls ${seen.name} ${seen.unclean ? 'unclean' : 'expected up'}`,
    );
  }
  if (facts.simulatedUnproven) {
    const text = `SIMULATED fencing-unproven: ${proof.text}, which the simulation hides`;
    return { node, verdict: quorum ? 'lost' : 'unknown', reasons: [{ rule: 'simulated-unproven', text }] };
  }
  const notified = facts.notifiedFenced ? '; the notification of this transition says so too' : '';
  const reason: Reason = {
    rule: 'fencing-proven',
    text: `${proof.text}${notified}, and it has not come back`,
  };
  return { node, verdict: 'fenced', reasons: [reason, ...circumstances(seen)] };
}

function judgeUnproven(
  facts: NodeFacts,
  seen: NodeSeen,
  cluster: Extract<ClusterFacts, { kind: 'ok' }>,
  fencing: Exclude<FencingEvidence, { kind: 'proof' }>,
): Verdict {
  const { node } = facts;
  // A fencing that succeeded would have cleared both flags: whatever the history holds is older.
  if (seen.unclean || seen.expectedUp) return judgeGone(facts, seen, cluster);
  if (fencing.kind === 'contradicted') return unknown(node, 'gone-but-answers', fencing.text);
  if (fencing.kind === 'unwitnessed') return unknown(node, 'fencing-not-witnessed', fencing.text);
  if (facts.notifiedFenced) {
    const open = facts.openFencing === undefined ? '' : `; ${facts.openFencing.text}`;
    return unknown(
      node,
      'notified-without-event',
      `the notification says ${seen.name} was fenced, the fencing history has no new success${open}`,
    );
  }
  if (!cluster.fenceHistoryKnown) {
    return unknown(node, 'fence-history-not-known', `${seen.name} is offline, the fencer did not answer`);
  }
  const reason: Reason = {
    rule: 'clean-stop',
    text: `${seen.name} left the cluster cleanly: offline, not unclean, not expected up, and no fencing since it was last a member`,
  };
  return { node, verdict: 'left', reasons: [reason, ...circumstances(seen)] };
}

function judgeGone(
  facts: NodeFacts,
  seen: NodeSeen,
  cluster: Extract<ClusterFacts, { kind: 'ok' }>,
): Verdict {
  const none = seen.unclean ? 'Pacemaker has to fence it' : 'no fencing of it since is known';
  const inMaintenance = cluster.maintenanceMode || seen.maintenance;
  const why = inMaintenance
    ? `${cluster.maintenanceMode ? 'the cluster' : 'it'} is in maintenance mode`
    : cluster.stonithEnabled
      ? (facts.openFencing?.text ?? none)
      : 'fencing is off (stonith-enabled=false)';
  // Pacemaker cuts a long exit reason: what is wrong with the fencing has to come early.
  const text = `${seen.name} is gone and did not leave cleanly; ${why}`;
  // Who works on it may take it down; that was announced, and nobody acts on it, with or without proof wanted.
  if (inMaintenance) return unknown(facts.node, 'maintenance', text);
  if (cluster.quorum) {
    // Between the loss and the request to the fencer there is a second without any event.
    const starting = facts.openFencing === undefined ? seen.unclean : facts.openFencing.kind === 'first-try';
    const rule = cluster.stonithEnabled && starting ? 'fencing-under-way' : 'gone-unfenced';
    return { node: facts.node, verdict: 'lost', reasons: [{ rule, text }] };
  }
  return unknown(
    facts.node,
    'gone-without-quorum',
    `${text}; without quorum it may be this node that is cut off`,
  );
}

function signsOfLife(seen: NodeSeen, corosyncMember: boolean | undefined): readonly Reason[] {
  const reasons: Reason[] = [];
  if (seen.online) reasons.push({ rule: 'online', text: `${seen.name} is online` });
  if (seen.pending)
    reasons.push({ rule: 'pending', text: `${seen.name} is joining, or Pacemaker stopped there` });
  if (corosyncMember === true && !seen.online) {
    reasons.push({ rule: 'corosync-member', text: `${seen.name} is in corosync's membership` });
  }
  return reasons;
}

/** Not decisive, but what a reader would ask next. */
function circumstances(seen: NodeSeen): readonly Reason[] {
  const { name } = seen;
  const reasons: Reason[] = [];
  // While a node joins, Pacemaker calls it standby by itself (unpack.c, "not ready to run resources").
  if (seen.standby && !seen.pending) reasons.push({ rule: 'standby', text: `${name} is in standby` });
  if (seen.maintenance) reasons.push({ rule: 'maintenance', text: `${name} is in maintenance mode` });
  if (seen.shutdown) reasons.push({ rule: 'shutting-down', text: `${name} is shutting down` });
  if (seen.online && seen.unclean) {
    reasons.push({ rule: 'unclean-online', text: `${name} is unclean: Pacemaker wants to fence it` });
  }
  return reasons;
}

function unknown(node: string, rule: Rule, text: string): Verdict {
  return { node, verdict: 'unknown', reasons: [{ rule, text }] };
}
