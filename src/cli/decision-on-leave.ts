import type { Verdict } from '../evidence/verdict.ts';
import {
  type DrainDecision,
  type DrainHold,
  type DrainWait,
  type LeftAsItIs,
  weighDrains,
} from '../policy/drain.ts';
import { leaveOf } from '../policy/leaving.ts';
import { drainInput, looksAfterDrains } from '../sweep/drain-input.ts';
import { hasJob, type KnownOfNodes } from './known-of-nodes.ts';

/** By which rule a node that has left in order, or is drained, is drained, undrained or neither. */
export type LeaveRule =
  | Exclude<DrainHold, 'busy'>
  | DrainWait
  | 'changed-since'
  | 'tag-gone'
  | 'queue-drained'
  | 'ganeti-not-known'
  | 'decided-on-master'
  | 'job-pending'
  | 'job-failed'
  | 'left-in-order'
  | 'back-in-service';

export interface LeaveDecision {
  readonly about: 'leave';
  readonly node: string;
  readonly kind: 'drain' | 'undrain' | 'wait' | 'hold' | 'nothing';
  readonly rule: LeaveRule;
  readonly text: string;
}

/** What becomes of a living node that has left in order, or is drained; undefined where there is nothing to it. Pure. */
export function onLeave(verdict: Verdict, known: KnownOfNodes): LeaveDecision | undefined {
  const { settings, view, paused, told, entries, steadiness, nowMs } = known;
  if (told === undefined) return unasked(verdict, known);
  const { marked: nodes, facts } = told;
  const input = drainInput({
    ...{ settings, view, paused, nodes, jobs: facts.jobs, entries, steadiness, nowMs },
  });
  const weighed = weighDrains(input).find(({ node }) => node === verdict.node);
  return weighed === undefined ? undefined : inWords(weighed, known, told.queueDrained);
}

/** ssconf does not say who is drained. */
function unasked(verdict: Verdict, { settings, view, onMaster }: KnownOfNodes): LeaveDecision | undefined {
  const { node } = verdict;
  const maintenanceMode = view.answer.kind === 'ok' && view.answer.state.maintenanceMode;
  const leave = leaveOf(verdict, maintenanceMode);
  if (!settings.drainOnLeave || leave.kind === 'none') return undefined;
  return onMaster
    ? decided(node, 'hold', 'ganeti-not-known', `${leave.text}; luxid does not say whether it is drained`)
    : decided(
        node,
        'nothing',
        'decided-on-master',
        `${leave.text}; the master decides whether it is drained`,
      );
}

function inWords(
  weighed: DrainDecision | LeftAsItIs,
  known: KnownOfNodes,
  queueDrained: boolean,
): LeaveDecision {
  const { node, kind } = weighed;
  const others = kind === 'none' && (weighed.rule === 'others-drain' || weighed.rule === 'busy');
  if (!others && !looksAfterDrains(known.settings, known.entries)) {
    const text = 'it was drained when it left; without the tag drain-on-leave it stays so';
    return decided(node, 'nothing', 'tag-gone', text);
  }
  switch (kind) {
    case 'drain':
    case 'undrain': {
      const { because } = weighed;
      if (queueDrained)
        return decided(node, 'hold', 'queue-drained', `${because}; but the job queue is drained`);
      return decided(node, kind, kind === 'drain' ? 'left-in-order' : 'back-in-service', because);
    }
    case 'wait':
      return decided(node, 'wait', weighed.rule, weighed.text);
    case 'changed':
      return decided(node, 'hold', 'changed-since', weighed.text);
    case 'none':
      return asItIs(weighed, known);
    default:
      return kind satisfies never;
  }
}

function asItIs({ node, rule, text }: LeftAsItIs, known: KnownOfNodes): LeaveDecision {
  switch (rule) {
    case 'busy':
      return hasJob(node, known)
        ? decided(node, 'nothing', 'job-pending', 'a job that changes it is under way')
        : decided(node, 'wait', 'job-failed', 'the job to drain or undrain it has failed; it is tried again');
    case 'others-drain':
    case 'not-back':
      return decided(node, 'nothing', rule, text);
    case 'no-quorum':
    case 'master':
    case 'maintenance-mode':
      return decided(node, 'hold', rule, text);
    default:
      return rule satisfies never;
  }
}

function decided(node: string, kind: LeaveDecision['kind'], rule: LeaveRule, text: string): LeaveDecision {
  return { about: 'leave', node, kind, rule, text };
}
