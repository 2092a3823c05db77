import type { Rule } from '../evidence/verdict.ts';
import type { Decision, Hold } from '../policy/decide.ts';
import type { DeathDecision, NodeDecision } from './node-decision.ts';
import { CHANGES_LEAVE, CHANGES_RETURN } from './what-would-change-living.ts';

/** What would lead to another verdict, for each rule that can decide one. */
export const CHANGES_VERDICT: Readonly<Record<Rule, string>> = {
  'no-cluster-state':
    'an answer from Pacemaker on this host: see `systemctl status pacemaker` and `crm_mon -1`',
  'not-mapped':
    'a Pacemaker node of that name, or `crm_attribute -N PCMK-NAME -n ganeti-name -v GANETI-NAME`',
  'ambiguous-name':
    'an attribute that says which it is: `crm_attribute -N PCMK-NAME -n ganeti-name -v GANETI-NAME`',
  'not-in-pacemaker': 'the node in the list of `crm_node --list`',
  'not-a-cluster-node': 'nothing: only full cluster nodes are judged, remote nodes are left alone',
  online: "its leaving corosync's membership",
  pending: 'its joining in full, or its leaving',
  'corosync-member': "its leaving corosync's membership",
  standby: "its leaving corosync's membership; standby alone is no death",
  maintenance: 'the end of the maintenance; until then nobody acts on it',
  'shutting-down': 'the end of its shutdown: it has left in order then',
  'unclean-online': 'its being fenced',
  'membership-not-known': 'an answer from corosync on this host: see `corosync-quorumtool`',
  'fencing-proven': 'its return as a member, or an answer from it over the network',
  'fenced-but-unclean': 'Pacemaker noting its death, mostly within a second; or a new fencing',
  'fencing-not-witnessed':
    'a fencing while this host watches (`pcs stonith fence PCMK-NODE --off`, with the machine off), or its return',
  'notified-without-event': 'a success in the fencing history, or its return',
  'fence-history-not-known': 'an answer from the fencer: see `stonith_admin --history PCMK-NODE`',
  'gone-unfenced': 'a fencing that succeeds: see `pcs stonith history show PCMK-NODE`; or its return',
  'gone-but-answers':
    'a new fencing (`pcs stonith fence PCMK-NODE --off`), or its return as a member; without a fencing, or within a minute of it, also its silence',
  'fencing-under-way': 'the end of its fencing',
  'gone-without-quorum': 'quorum in this partition, or its return',
  'clean-stop': 'its return, or its being fenced',
  'simulated-unproven': 'the end of the simulation: the file fencing-unproven in /etc/ganeti-ha/simulate.d',
};

/** What would end each hold. */
const ENDS_HOLD: Readonly<Record<Hold, string>> = {
  name: 'exactly one Pacemaker node that is it: `crm_attribute -N PCMK-NAME -n ganeti-name -v GANETI-NAME`',
  unknown: 'the missing fact, above; or your own word: `gnt-node modify -O yes NODE`',
  answers: 'another verdict, above; or your own word: `gnt-node modify -O yes NODE`',
  evidence:
    'a fencing that succeeds; or, without fencing, the opt-in by the tag ocf:node-offline:evidence:lost',
  fencing: 'the end of its fencing: it is marked offline once that has succeeded',
  'no-quorum': 'quorum in this partition',
  master: 'the master role on another node',
  pause: 'the end of the pause: `gnt-ha resume --all`',
  orders: "an answer from Pacemaker on the administrators' orders: `gnt-ha status`",
  brake: 'a place under the brake (after ten minutes, or when a node is back), or `gnt-ha release NODE`',
  cooldown: 'the end of the cooldown, or `gnt-ha release NODE`',
  candidates: 'the end of the jobs of the other candidates, or `gnt-ha release NODE`',
};

const CHANGES_NOTHING: Readonly<Record<Extract<Decision, { kind: 'nothing' }>['why'], string>> = {
  alive: 'its death, proven by fencing',
  left: 'its return, or its being fenced',
  'already-offline': 'its re-admission: `gnt-ha readmit NODE`, when it is sound',
  'job-pending': 'the end of that job',
};

/** What would lead to another decision. */
export function changesDecision(decision: NodeDecision): string {
  return changes(decision).replaceAll(/\bNODE\b/g, decision.node);
}

function changes(decision: NodeDecision): string {
  switch (decision.about) {
    case 'return':
      return CHANGES_RETURN[decision.rule];
    case 'leave':
      return CHANGES_LEAVE[decision.rule];
    case 'death':
      return changesDeath(decision);
    default:
      return decision satisfies never;
  }
}

function changesDeath(decision: DeathDecision): string {
  switch (decision.kind) {
    case 'offline':
      return 'its return as a member, an answer from it over the network, or a pause (`gnt-ha pause`)';
    case 'hold':
      return ENDS_HOLD[decision.rule];
    case 'nothing':
      return CHANGES_NOTHING[decision.rule];
    default:
      return decision satisfies never;
  }
}
