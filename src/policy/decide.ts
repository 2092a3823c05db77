import { allot } from './allot.ts';
import type { Offlining } from './brake.ts';
import type { Limit } from './limit.ts';
import type { Orders } from './orders.ts';
import type { Storm } from './storm.ts';

/** A verdict of src/evidence on a Ganeti node. */
export interface NodeVerdict {
  readonly node: string;
  readonly verdict: 'alive' | 'left' | 'fenced' | 'lost' | 'unknown';
  readonly reasons: readonly { readonly rule: string; readonly text: string }[];
}

export interface DecideInput {
  readonly verdicts: readonly NodeVerdict[];
  /** Pacemaker's quorum in this partition. */
  readonly quorum: boolean;
  /** `lost` acts without proof of death: the administrator's own choice. */
  readonly evidenceWanted: 'fenced' | 'lost';
  /** Ganeti's name of the current master; undefined where it is not known, and then nothing is done. */
  readonly master: string | undefined;
  readonly offlineInGaneti: readonly string[];
  /** Nodes for which an offlining job is queued or running. */
  readonly pendingJobs: readonly string[];
  /** Those among them whose job has not ended; the others wait after one that failed. */
  readonly beingMarked: readonly string[];
  /** Nodes whose last offlining job failed: they are tried again in the place they have. */
  readonly retries: readonly string[];
  readonly recentOfflinings: readonly Offlining[];
  readonly limit: Limit | undefined;
  readonly storm: Storm;
  /** How long after a storm nothing new is marked offline; 0 for places that are used as soon as they are free. */
  readonly cooldownMs: number;
  /** Ganeti's master candidates, the master among them, without those that are offline. */
  readonly candidates: readonly string[];
  readonly orders: Orders;
  readonly nowMs: number;
  /** All Ganeti nodes: what the brake's share is taken of, and the only names anything is done to. */
  readonly knownNodes: readonly string[];
}

/**
 * What keeps a node from being marked offline although its verdict is bad; worth a report, except `fencing`: the
 * proof is on its way.
 */
export type Hold =
  | 'name'
  | 'unknown'
  | 'answers'
  | 'evidence'
  | 'fencing'
  | 'no-quorum'
  | 'master'
  | 'pause'
  | 'orders'
  | 'brake'
  | 'cooldown'
  | 'candidates';

/** All else is settled, and only others that died with it keep it back: what a release lifts. */
export function waitsForPlace(hold: string): boolean {
  return hold === 'brake' || hold === 'cooldown' || hold === 'candidates';
}

export type Decision =
  | { readonly kind: 'offline'; readonly node: string; readonly because: string }
  | { readonly kind: 'hold'; readonly node: string; readonly hold: Hold; readonly text: string }
  | {
      readonly kind: 'nothing';
      readonly node: string;
      readonly why: 'alive' | 'left' | 'already-offline' | 'job-pending';
      readonly text: string;
    };

/** Exactly one decision for each distinct node, by name, so that the brake always picks the same ones. */
export function decide(input: DecideInput): readonly Decision[] {
  const names = [...new Set(input.verdicts.map(({ node }) => node))].sort();
  return allot(
    names.map((node) => consider(node, input)),
    input,
  );
}

/** The decision on one node as if there were no other, and no orders. */
function consider(node: string, input: DecideInput): Decision {
  const [verdict, ...more] = input.verdicts.filter((candidate) => candidate.node === node);
  if (verdict === undefined || more.length > 0 || node === '' || !input.knownNodes.includes(node)) {
    return hold(node, 'name', `"${node}" is not exactly one Ganeti node; nothing is done to it`);
  }
  const because = verdict.reasons.map(({ text }) => text).join('; ');
  if (verdict.verdict === 'alive') return { kind: 'nothing', node, why: 'alive', text: because };
  if (input.offlineInGaneti.includes(node)) {
    return { kind: 'nothing', node, why: 'already-offline', text: 'it is marked offline in Ganeti' };
  }
  switch (verdict.verdict) {
    case 'left':
      return { kind: 'nothing', node, why: 'left', text: because };
    case 'unknown':
      return hold(node, unknownHold(verdict), because);
    case 'lost':
      // The proof is seconds away, also for who would do without it.
      if (verdict.reasons.some(({ rule }) => rule === 'fencing-under-way')) {
        return hold(node, 'fencing', `${because}; it is marked offline once that has succeeded`);
      }
      return input.evidenceWanted === 'lost'
        ? considerGone(node, because, input)
        : hold(node, 'evidence', `${because}; marking it offline needs proof that it was fenced`);
    case 'fenced':
      return considerGone(node, because, input);
  }
}

function unknownHold(verdict: NodeVerdict): Hold {
  if (isUnnamed(verdict)) return 'name';
  return verdict.reasons.some(({ rule }) => rule === 'gone-but-answers') ? 'answers' : 'unknown';
}

/** Nothing can be known of a node that no Pacemaker node was matched with, and only a human can change that. */
function isUnnamed({ reasons }: DecideInput['verdicts'][number]): boolean {
  return reasons.some(({ rule }) => rule === 'not-mapped' || rule === 'ambiguous-name');
}

/** The evidence is sufficient; what else forbids it? */
function considerGone(node: string, because: string, input: DecideInput): Decision {
  if (!input.quorum) return hold(node, 'no-quorum', `${because}; but this partition has no quorum`);
  if (input.master === undefined) {
    return hold(node, 'master', `${because}; but it is not known which node is Ganeti's master`);
  }
  if (input.master === node) {
    return hold(node, 'master', `${because}; but Ganeti still calls it the master`);
  }
  if (input.pendingJobs.includes(node)) {
    return { kind: 'nothing', node, why: 'job-pending', text: 'a job to mark it offline is under way' };
  }
  return { kind: 'offline', node, because };
}

function hold(node: string, reason: Hold, text: string): Decision {
  return { kind: 'hold', node, hold: reason, text };
}
