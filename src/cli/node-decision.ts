import type { Verdict } from '../evidence/verdict.ts';
import type { Decision, Hold } from '../policy/decide.ts';
import { type LeaveDecision, onLeave } from './decision-on-leave.ts';
import { onReturn, type ReturnedDecision } from './decision-on-return.ts';
import type { KnownOfNodes } from './known-of-nodes.ts';

/** What becomes of a node: whether it is marked offline; where it is back, taken back; where it has left, drained. */
export type NodeDecision = DeathDecision | ReturnedDecision | LeaveDecision;

export type DeathDecision = { readonly about: 'death'; readonly node: string; readonly text: string } & (
  | { readonly kind: 'offline' }
  | { readonly kind: 'hold'; readonly rule: Hold }
  | { readonly kind: 'nothing'; readonly rule: NothingRule }
);

type NothingRule = Extract<Decision, { kind: 'nothing' }>['why'];

/** The one decision that counts for a node that was judged. Pure. */
export function decisionOn({ node, verdict }: Verdict, known: KnownOfNodes): NodeDecision {
  const decision = known.decisions.find((one) => one.node === node);
  const seen = known.view.verdicts.find((one) => one.node === node);
  if (decision === undefined || seen === undefined) throw new Error(`${node} was not judged`);
  if (verdict !== 'alive' && verdict !== 'left') return onDeath(decision);
  if (isOffline(node, known)) return verdict === 'alive' ? onReturn(seen, known) : onDeath(decision);
  return onLeave(seen, known) ?? onDeath(decision);
}

/** Ganeti's own word is newer than ssconf. */
function isOffline(node: string, { told, ssconf }: KnownOfNodes): boolean {
  const marked = told?.marked.find(({ name }) => name === node);
  return marked?.offline ?? ssconf.offlineNodes.includes(node);
}

function onDeath(decision: Decision): DeathDecision {
  const { node } = decision;
  switch (decision.kind) {
    case 'offline':
      return { about: 'death', node, kind: 'offline', text: decision.because };
    case 'hold':
      return { about: 'death', node, kind: 'hold', rule: decision.hold, text: decision.text };
    case 'nothing':
      return { about: 'death', node, kind: 'nothing', rule: decision.why, text: decision.text };
    default:
      return decision satisfies never;
  }
}

/** As it is told in JSON. */
export interface ToldDecision {
  /** What it answers: is the node marked offline, taken back, or drained or undrained. */
  readonly about: NodeDecision['about'];
  readonly kind: NodeDecision['kind'];
  /** Absent where the node is to be marked offline. */
  readonly rule?: string;
  readonly text: string;
  /** The moment that is waited for, where it is known. */
  readonly untilMs?: number;
}

export function asTold({ node: _node, ...told }: NodeDecision): ToldDecision {
  return told;
}
