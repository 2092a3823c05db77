import { isSound, leaveOf, type SeenVerdict } from './leaving.ts';
import { type Steadiness, steadySince } from './steady.ts';

/** A node as Ganeti's configuration has it now. */
export interface DrainableNode {
  readonly node: string;
  readonly master: boolean;
  readonly offline: boolean;
  readonly drained: boolean;
  /** Counts every change of this node's entry. */
  readonly serial: number;
  /** The serial that our own drain left behind; undefined where the node does not bear our mark. */
  readonly markedSerial: number | undefined;
}

export interface DrainInput {
  /** The tag `drain-on-leave`: without it nothing is drained, and what was is still undrained. */
  readonly wanted: boolean;
  readonly verdicts: readonly SeenVerdict[];
  readonly nodes: readonly DrainableNode[];
  readonly quorum: boolean;
  readonly maintenanceMode: boolean;
  /** Why nothing new may be done now. */
  readonly paused: string | undefined;
  /** Nodes that a job of ours is about to change, or for which one has just failed. */
  readonly busy: readonly string[];
  readonly steadiness: Steadiness | undefined;
  readonly nowMs: number;
}

export type DrainDecision =
  | { readonly kind: 'drain' | 'undrain'; readonly node: string; readonly because: string }
  /** It is waited for; nothing to report. */
  | { readonly kind: 'wait'; readonly node: string; readonly text: string }
  /** Ours once, changed since by somebody else: theirs now. */
  | { readonly kind: 'changed'; readonly node: string; readonly text: string };

/** Corosync up and Pacemaker not: longer than a node takes to join. */
const STOPPED_AFTER_MS = 60_000;

/** A node that stops again at once is not worth two jobs; one that works should not wait for its work. */
const UNDRAIN_AFTER_MS = 30_000;

/** One decision at most for each node, none where there is nothing to do. The master is never touched. */
export function decideDrains(input: DrainInput): readonly DrainDecision[] {
  if (!input.quorum) return [];
  return input.verdicts.flatMap((verdict) => {
    const [node, ...more] = input.nodes.filter((candidate) => candidate.node === verdict.node);
    const unique = input.verdicts.filter((other) => other.node === verdict.node).length === 1;
    if (node === undefined || more.length > 0 || !unique || node.node === '') return [];
    if (node.master || node.offline || input.busy.includes(node.node)) return [];
    return (node.drained ? considerBack(node, verdict, input) : considerLeave(node, verdict, input)) ?? [];
  });
}

function considerLeave(
  { node }: DrainableNode,
  verdict: SeenVerdict,
  input: DrainInput,
): DrainDecision | undefined {
  if (!input.wanted) return undefined;
  const leave = leaveOf(verdict, input.maintenanceMode);
  if (leave.kind === 'none') return undefined;
  if (input.paused !== undefined) return { kind: 'wait', node, text: `not drained: ${input.paused}` };
  if (leave.kind === 'stopped' && !lasts(node, 'stopped', STOPPED_AFTER_MS, input)) {
    return { kind: 'wait', node, text: 'it may be joining' };
  }
  const because =
    leave.kind === 'stopped' ? `Pacemaker has been stopped on ${node} for a minute` : leave.text;
  return { kind: 'drain', node, because };
}

function considerBack(
  { node, serial, markedSerial }: DrainableNode,
  verdict: SeenVerdict,
  input: DrainInput,
): DrainDecision | undefined {
  // Drained by somebody else, who will undrain it.
  if (markedSerial === undefined || !isSound(verdict) || input.maintenanceMode) return undefined;
  if (markedSerial !== serial) {
    return {
      kind: 'changed',
      node,
      text: `${node} was drained when it left and has been changed in Ganeti since; it stays drained`,
    };
  }
  if (input.paused !== undefined) return { kind: 'wait', node, text: `not undrained: ${input.paused}` };
  return lasts(node, 'sound', UNDRAIN_AFTER_MS, input)
    ? { kind: 'undrain', node, because: `${node} is back, and was drained only because it had left` }
    : { kind: 'wait', node, text: 'it is undrained once it has been back for half a minute' };
}

function lasts(node: string, condition: 'sound' | 'stopped', ms: number, input: DrainInput): boolean {
  const since = steadySince(input.steadiness, node, condition);
  return since !== undefined && input.nowMs - since >= ms;
}
