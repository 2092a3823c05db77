import type { Rule, Verdict } from '../evidence/verdict.ts';
import type { ConfiguredNode } from '../ganeti/repair-queries.ts';
import type { NetworkWord } from '../sweep/answering.ts';
import type { RepairNode } from './facts.ts';
import { type Life, nodeState } from './node-state.ts';

/** What is known of one node's life. */
export interface NodeWords {
  /** Pacemaker's. */
  readonly verdict: Verdict | undefined;
  /** Pacemaker is to fence who is lost, and nothing less counts as its death. */
  readonly fencing: boolean;
  /** Its own, on the network, where it was asked. */
  readonly word: NetworkWord | undefined;
}

/** What a node's state rests on: its flags, Pacemaker's verdict, and its word on the network where it was asked. */
export function repairNode(node: ConfiguredNode, words: NodeWords): RepairNode {
  const { life, because } = lifeOf(node, words);
  return { name: node.name, group: node.group, state: nodeState(node, life), because };
}

/**
 * An offline node that is no member has to be asked: it may have been marked so by hand and run its instances still,
 * or be back from a fencing with the only copy of their data. Pacemaker's `left` says only that a node has put its
 * work down.
 */
export function hasToBeAsked({ offline }: ConfiguredNode, verdict: Verdict | undefined): boolean {
  return offline && verdict?.verdict !== 'alive';
}

/** Why Pacemaker knows nothing of a node; then Ganeti's flags are all there is. */
const NOTHING_SAID: ReadonlySet<Rule> = new Set([
  'no-cluster-state',
  'not-mapped',
  'ambiguous-name',
  'not-in-pacemaker',
  'not-a-cluster-node',
]);

/** Pacemaker has not seen it leave in order, and has no proof of its death either. */
const UNPROVEN: ReadonlySet<Rule> = new Set([
  'maintenance',
  'gone-without-quorum',
  'fenced-but-unclean',
  'membership-not-known',
]);

function isUnproven({ verdict, reasons }: Verdict): boolean {
  return verdict === 'lost' || (verdict === 'unknown' && reasons.some(({ rule }) => UNPROVEN.has(rule)));
}

const CONFIRM = 'where you know that it is off: pcs stonith confirm NODE';

/** A member that is not there: it may be marked offline in a minute, and nothing on it is well until that is known. */
function isMissed(verdict: Verdict | undefined): boolean {
  if (verdict?.verdict !== 'unknown') return verdict?.verdict === 'lost';
  return !verdict.reasons.some(({ rule }) => NOTHING_SAID.has(rule));
}

function lifeOf(
  { offline }: ConfiguredNode,
  { verdict, fencing, word }: NodeWords,
): { readonly life: Life; readonly because: string } {
  const said = verdict?.reasons[0]?.text ?? 'Pacemaker says nothing of it';
  const judged = verdict?.verdict;
  if (judged === 'alive') return { life: 'alive', because: said };
  if (judged === 'fenced')
    return word?.answers === true ? { life: 'alive', because: word.what } : { life: 'dead', because: said };
  if (!offline) return { life: isMissed(verdict) ? 'silent' : 'not-asked', because: said };
  if (word === undefined) return { life: 'not-asked', because: 'nobody has asked it' };
  if (word.answers === undefined) return { life: 'not-asked', because: word.what };
  if (word.answers) return { life: 'alive', because: word.what };
  // Who marked it offline by hand may be wrong: it is cut off, runs its instances, and is back in a moment.
  if (fencing && verdict !== undefined && isUnproven(verdict))
    return { life: 'not-asked', because: `${said}; ${CONFIRM}` };
  return { life: 'silent', because: word.what };
}
