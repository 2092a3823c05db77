import type { Verdict } from '../evidence/verdict.ts';
import type { Objection } from '../policy/readmit.ts';
import type { ReturnDecision, ReturnHold } from '../policy/returning.ts';
import { decideReturned, hasFailedReadmit, isFullMember, READMIT_FAILED } from '../sweep/returned.ts';
import { hasJob, type KnownOfNodes } from './known-of-nodes.ts';
import { moment } from './moment.ts';

/** By which rule a node that is back and offline in Ganeti stays so, or is taken back. */
export type ReturnRule =
  | ReturnHold
  | 'joining'
  | 'objection'
  | 'decided-on-master'
  | 'job-pending'
  | 'delay'
  | 'sound-long-enough';

export type ReturnedDecision = {
  readonly about: 'return';
  readonly node: string;
  readonly rule: ReturnRule;
  readonly text: string;
} & ({ readonly kind: 'hold' | 'nothing' | 'readmit' } | { readonly kind: 'wait'; readonly untilMs: number });

/** What becomes of a member that Ganeti has offline. Pure. */
export function onReturn(verdict: Verdict, known: KnownOfNodes): ReturnedDecision {
  const { node } = verdict;
  const { settings, view, paused, told, onMaster, entries, steadiness, nowMs } = known;
  const so = (kind: 'hold' | 'nothing', rule: ReturnRule, text: string): ReturnedDecision => ({
    ...{ about: 'return', node, kind, rule, text },
  });
  if (!isFullMember(verdict)) {
    return so('hold', 'joining', `${node} is offline in Ganeti, and not yet a member in full`);
  }
  if (hasJob(node, known)) {
    return so('nothing', 'job-pending', `${node} is back, and a job that changes it is under way`);
  }
  const maintenanceMode = view.answer.kind === 'ok' && view.answer.state.maintenanceMode;
  const returning = { settings, view, paused, maintenanceMode };
  const decision =
    onMaster && hasFailedReadmit(entries, node)
      ? READMIT_FAILED
      : decideReturned(verdict, returning, told?.marked, steadiness, nowMs);
  if (!onMaster && decision.kind === 'hold' && decision.hold === 'ganeti-not-known') {
    return so('nothing', 'decided-on-master', `${node} is back; the master decides whether it is taken back`);
  }
  return inWords(node, decision);
}

function inWords(node: string, decision: ReturnDecision): ReturnedDecision {
  const back = backOf(node);
  switch (decision.kind) {
    case 'hold': {
      const why = decision.why === '' ? 'on_return=hold' : decision.why;
      return {
        about: 'return',
        node,
        kind: 'hold',
        rule: decision.hold,
        text: `${back}; it stays so: ${why}`,
      };
    }
    case 'wait': {
      const { untilMs } = decision;
      const text = `${back}; it is taken back at ${moment(untilMs)} if it stays sound`;
      return { about: 'return', node, kind: 'wait', rule: 'delay', text, untilMs };
    }
    case 'readmit': {
      const text = `${back}; it is taken back: ${decision.because}`;
      return { about: 'return', node, kind: 'readmit', rule: 'sound-long-enough', text };
    }
    default:
      return decision satisfies never;
  }
}

function backOf(node: string): string {
  return `${node} is back, and Ganeti has it offline`;
}

/** The same after the checks that come before a node is taken back. `found`: undefined where luxid did not answer. Pure. */
export function afterChecks(
  decision: ReturnedDecision,
  found: readonly Objection[] | undefined,
): ReturnedDecision {
  const [first] = found ?? [];
  if (decision.kind !== 'readmit' || first === undefined) return decision;
  const { node } = decision;
  const text = `${backOf(node)}; it stays so: ${first.text}. ${first.remedy}`;
  return { about: 'return', node, kind: 'hold', rule: 'objection', text };
}
