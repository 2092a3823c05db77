import type { Evidence } from '../evidence/evidence.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { BRAKE_WINDOW_MS, type Offlining } from '../policy/brake.ts';
import type { DecideInput } from '../policy/decide.ts';
import type { Orders } from '../policy/orders.ts';
import type { GanetiFacts } from './ganeti-facts.ts';
import { failedOffline, failedOfflines, offlinings, pendingJobs } from './jobs-pending.ts';
import type { LedgerEntry } from './ledger.ts';
import type { SweepSettings } from './settings.ts';
import { stormIn } from './storm-noted.ts';

export interface Known {
  readonly ssconf: Ssconf;
  readonly settings: SweepSettings;
  readonly verdicts: readonly Verdict[];
  /** By Ganeti's name: what these verdicts rest on. */
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
  readonly quorum: boolean;
  readonly orders: Orders;
  readonly entries: readonly LedgerEntry[];
  /** Where luxid was asked. */
  readonly facts: GanetiFacts | undefined;
  /** What woke the sweep; undefined for somebody who only looks. */
  readonly trigger: string | undefined;
  readonly nowMs: number;
  /** See `clockSetForward`. */
  readonly setForwardMs: number;
}

/** What Ganeti has offline, what it is doing and when it did it, joined with what ssconf and the ledger know. Pure. */
export function decideInput(known: Known): DecideInput {
  const { ssconf, settings, entries, facts, nowMs } = known;
  const justFailed = failedOfflines(entries, ssconf.nodeList, nowMs).map(({ node }) => node);
  const pending = pendingJobs(entries)
    .filter(({ what }) => what === 'offline')
    .map(({ node }) => node);
  const beingMarked = [...pending, ...(facts?.underway ?? [])];
  const offline = facts?.nodes.filter((node) => node.offline).map(({ name }) => name) ?? [];
  const candidates = facts?.nodes.filter((node) => node.masterCandidate).map(({ name }) => name);
  return {
    verdicts: known.verdicts,
    quorum: known.quorum,
    evidenceWanted: settings.evidence,
    master: ssconf.masterNode,
    offlineInGaneti: [...ssconf.offlineNodes, ...offline],
    pendingJobs: [...beingMarked, ...justFailed],
    beingMarked,
    retries: ssconf.nodeList.filter((node) => failedOffline(entries, node) !== undefined),
    recentOfflinings: [...offlinings(entries), ...(facts?.offlinings ?? []), ...asWatched(known)].map(
      ({ node, atMs }) => ({ node, atMs: atMs + known.setForwardMs }),
    ),
    limit: settings.limit,
    storm: stormIn(entries),
    cooldownMs: settings.cooldownMs,
    candidates: candidates ?? ssconf.masterCandidates,
    orders: known.orders,
    nowMs,
    knownNodes: ssconf.nodeList,
  };
}

/**
 * What a predecessor marked offline, by the time at which this host learned of the fencing: Ganeti has the time of its
 * predecessor's clock, and one that is wrong by the brake's window would hide it. Who has been master for longer has
 * his own ledger for that; a node that has long been offline may be fenced again, and takes no place.
 */
function asWatched({ facts, evidence, entries, trigger, nowMs }: Known): readonly Offlining[] {
  const isNew =
    trigger === 'master-start' ||
    entries.some(({ event, at }) => event === 'master-taken' && nowMs - at < BRAKE_WINDOW_MS);
  if (!isNew) return [];
  return (facts?.offlinings ?? []).flatMap(({ node }) =>
    (evidence.get(node) ?? []).flatMap(({ source, atMs }) =>
      source === 'own-memory' ? [{ node, atMs }] : [],
    ),
  );
}
