import type { ReasonCode } from '../ocf/reasons.ts';
import { type NameMap, pacemakerNameOf } from '../pacemaker/names.ts';
import { type Decision, waitsForPlace } from '../policy/decide.ts';
import { timeOfDay } from '../policy/time-of-day.ts';
import type { FailedOffline } from './jobs-pending.ts';
import { type Journal, lastWordOn } from './journal.ts';
import type { ClusterView } from './view.ts';

type Hold = Extract<Decision, { kind: 'hold' }>;

/** Longer than a fence device that works takes, and as long as Pacemaker's stonith-timeout. */
const FENCING_GRACE_MS = 60_000;

/**
 * Tells and notes the nodes that were not marked offline although something is wrong with them. A first fencing that
 * is expected or runs, and a fenced node that is booting again, are only noted for a minute: Pacemaker would show the
 * degraded monitor long after all has gone well, and of one that fails no more than what was known at first, since it
 * records an unchanged result only once. `blind`: luxid did not say who is offline, so the places are not known, and
 * no word on them replaces the one that stands. Returns those of whom it was told that they answer.
 */
export function tellHolds(
  decisions: readonly Decision[],
  { names, evidence }: Pick<ClusterView, 'names' | 'evidence'>,
  journal: Journal,
  nowMs: number,
  blind = false,
): readonly string[] {
  const answering: string[] = [];
  for (const decision of decisions) {
    if (decision.kind !== 'hold') continue;
    const { hold, node, text } = decision;
    const chain = evidence.get(node);
    if (blind && waitsForPlace(hold) && isWaitingForPlace(journal, node)) continue;
    journal.noteOnce({
      event: 'held',
      node,
      hold,
      text,
      ...(chain === undefined ? {} : { evidence: chain }),
    });
    if (
      (hold === 'fencing' || hold === 'answers') &&
      nowMs - notedAt(journal, node, nowMs) < FENCING_GRACE_MS
    )
      continue;
    journal.tell(codeOf(hold), `${text}. ${remedyOf(hold, node, names)}`);
    if (hold === 'answers') answering.push(node);
  }
  return answering;
}

/** Tells of the nodes that are only not tried because it has just failed. */
export function tellFailed(
  failed: readonly FailedOffline[],
  decisions: readonly Decision[],
  journal: Journal,
): void {
  for (const { node, job, text, againMs } of failed) {
    if (!decisions.some((one) => one.node === node && one.kind === 'nothing' && one.why === 'job-pending'))
      continue;
    // The sweep that has just seen it fail has said so.
    const said = `Job ${job} to mark ${node} offline failed`;
    if (journal.reasons().some(({ text: told }) => told.startsWith(said))) continue;
    journal.tell(
      'GNH307',
      `${said} (${text}); it is tried again at ${timeOfDay(againMs)}. See: gnt-job info ${job}`,
    );
  }
}

/** Whether a hold may end without a change that the change detectors see. A wrong name stays wrong until somebody acts. */
export function passes(decision: Decision): boolean {
  return decision.kind === 'hold' && decision.hold !== 'name';
}

function isWaitingForPlace(journal: Journal, node: string): boolean {
  const last = lastWordOn(node, journal.entries());
  return last?.event === 'held' && waitsForPlace(last.hold);
}

/** When the hold that is the last word on this node was noted first. */
function notedAt(journal: Journal, node: string, nowMs: number): number {
  return lastWordOn(node, journal.entries())?.at ?? nowMs;
}

function codeOf(hold: Hold['hold']): ReasonCode {
  switch (hold) {
    case 'evidence':
    case 'fencing':
      return 'GNH303';
    case 'brake':
      return 'GNH304';
    case 'pause':
      return 'GNH320';
    case 'orders':
      return 'GNH321';
    case 'cooldown':
      return 'GNH323';
    case 'candidates':
      return 'GNH324';
    case 'no-quorum':
      return 'GNH305';
    case 'name':
      return 'GNH306';
    case 'answers':
      return 'GNH345';
    case 'master':
    case 'unknown':
      return 'GNH309';
    default:
      return hold satisfies never;
  }
}

/** What the administrator does about it, in one short sentence: Pacemaker shows no more. */
function remedyOf(hold: Hold['hold'], node: string, names: NameMap): string {
  switch (hold) {
    case 'evidence':
    case 'fencing':
      return `Check its fencing: pcs stonith history show ${pacemakerNameOf(names, node) ?? node}`;
    case 'brake':
    case 'cooldown':
    case 'candidates':
      return `If it is really dead: gnt-ha release ${node}`;
    case 'pause':
      return 'To go on: gnt-ha resume --all';
    case 'orders':
      return 'Check: gnt-ha status';
    case 'no-quorum':
      return 'Bring nodes back; see: crm_mon -1';
    case 'name':
      return `Say which it is: crm_attribute -N PCMK-NAME -n ganeti-name -v ${node}`;
    case 'answers':
    case 'master':
    case 'unknown':
      return `See what is known of it: gnt-ha why ${node}`;
    default:
      return hold satisfies never;
  }
}
