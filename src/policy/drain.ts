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

/** What is waited for before a node is drained or undrained. */
export type DrainWait = 'pause' | 'joining' | 'settling';

export type DrainDecision =
  | { readonly kind: 'drain' | 'undrain'; readonly node: string; readonly because: string }
  /** It is waited for; nothing to report. */
  | { readonly kind: 'wait'; readonly node: string; readonly rule: DrainWait; readonly text: string }
  /** Ours once, changed since by somebody else: theirs now. */
  | { readonly kind: 'changed'; readonly node: string; readonly text: string };

/** What keeps a node as it is that has left, or is drained. */
export type DrainHold = 'no-quorum' | 'master' | 'busy' | 'others-drain' | 'maintenance-mode' | 'not-back';

export interface LeftAsItIs {
  readonly kind: 'none';
  readonly node: string;
  readonly rule: DrainHold;
  readonly text: string;
}

/** Corosync up and Pacemaker not: longer than a node takes to join. */
const STOPPED_AFTER_MS = 60_000;

/** A node that stops again at once is not worth two jobs; one that works should not wait for its work. */
const UNDRAIN_AFTER_MS = 30_000;

/** One decision at most for each node, none where there is nothing to do. The master is never touched. */
export function decideDrains(input: DrainInput): readonly DrainDecision[] {
  return weighDrains(input).filter((one) => one.kind !== 'none');
}

/** The same, with the nodes that have left or are drained and stay as they are: for who asks why. */
export function weighDrains(input: DrainInput): readonly (DrainDecision | LeftAsItIs)[] {
  return input.verdicts.flatMap((verdict) => {
    const [node, ...more] = input.nodes.filter((candidate) => candidate.node === verdict.node);
    const unique = input.verdicts.filter((other) => other.node === verdict.node).length === 1;
    if (node === undefined || more.length > 0 || !unique || node.node === '' || node.offline) return [];
    const wanted = node.drained ? considerBack(node, verdict, input) : considerLeave(node, verdict, input);
    if (wanted === undefined) return [];
    // It is no business of ours, whatever else would forbid it.
    if (wanted.kind === 'none' && wanted.rule === 'others-drain') return [wanted];
    return [forbidden(node, input) ?? wanted];
  });
}

function forbidden({ node, master }: DrainableNode, { quorum, busy }: DrainInput): LeftAsItIs | undefined {
  if (!quorum)
    return asItIs(node, 'no-quorum', 'neither drained nor undrained: this partition has no quorum');
  if (master) return asItIs(node, 'master', 'not drained: it is the Ganeti master');
  if (busy.includes(node)) return asItIs(node, 'busy', 'a job is about to change it, or one has just failed');
  return undefined;
}

function asItIs(node: string, rule: DrainHold, text: string): LeftAsItIs {
  return { kind: 'none', node, rule, text };
}

function considerLeave(
  { node }: DrainableNode,
  verdict: SeenVerdict,
  input: DrainInput,
): DrainDecision | undefined {
  if (!input.wanted) return undefined;
  const leave = leaveOf(verdict, input.maintenanceMode);
  if (leave.kind === 'none') return undefined;
  if (input.paused !== undefined)
    return { kind: 'wait', node, rule: 'pause', text: `not drained: ${input.paused}` };
  if (leave.kind === 'stopped' && !lasts(node, 'stopped', STOPPED_AFTER_MS, input)) {
    return { kind: 'wait', node, rule: 'joining', text: 'it may be joining' };
  }
  const because =
    leave.kind === 'stopped' ? `Pacemaker has been stopped on ${node} for a minute` : leave.text;
  return { kind: 'drain', node, because };
}

function considerBack(
  { node, serial, markedSerial }: DrainableNode,
  verdict: SeenVerdict,
  input: DrainInput,
): DrainDecision | LeftAsItIs {
  if (markedSerial === undefined) {
    return asItIs(node, 'others-drain', 'it is drained, by somebody else, who will undrain it');
  }
  if (!isSound(verdict)) {
    const seen = verdict.reasons.map(({ text }) => text).join('; ');
    return asItIs(node, 'not-back', `it was drained when it left, and is no ordinary member yet: ${seen}`);
  }
  if (input.maintenanceMode) {
    return asItIs(node, 'maintenance-mode', 'not undrained: the cluster is in maintenance mode');
  }
  if (markedSerial !== serial) {
    return {
      kind: 'changed',
      node,
      text: `${node} was drained when it left and has been changed in Ganeti since; it stays drained`,
    };
  }
  if (input.paused !== undefined)
    return { kind: 'wait', node, rule: 'pause', text: `not undrained: ${input.paused}` };
  return lasts(node, 'sound', UNDRAIN_AFTER_MS, input)
    ? { kind: 'undrain', node, because: `${node} is back, and was drained only because it had left` }
    : {
        kind: 'wait',
        node,
        rule: 'settling',
        text: 'it is undrained once it has been back for half a minute',
      };
}

function lasts(node: string, condition: 'sound' | 'stopped', ms: number, input: DrainInput): boolean {
  const since = steadySince(input.steadiness, node, condition);
  return since !== undefined && input.nowMs - since >= ms;
}
