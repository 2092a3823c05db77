import type { Env } from '../env/env.ts';
import type { Verdict } from '../evidence/verdict.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import { isInPacemaker } from '../pacemaker/cib-file.ts';
import type { Orders } from '../policy/orders.ts';
import { readOrders, upstreamPause } from '../sweep/orders.ts';
import { pausedBy } from '../sweep/paused.ts';
import { askBeliefs } from '../sweep/refresh.ts';
import { sufficientEvidence } from '../sweep/settings.ts';
import { type ClusterView, lookAtCluster } from '../sweep/view.ts';
import type { RepairRequest } from './request.ts';

/** What a pass rests on besides Ganeti's own configuration. */
export interface Circumstances {
  /** By Ganeti's name of the node; empty where there is no Pacemaker. */
  readonly verdicts: ReadonlyMap<string, Verdict>;
  /** Pacemaker is to fence who is lost, and nothing less counts as its death. */
  readonly fencing: boolean;
  /** Why nothing new may be begun; undefined where nobody and nothing forbids it. */
  readonly stopped: string | undefined;
  /** Not even a tag may be written: another part of the cluster may be the one that counts. */
  readonly frozen: boolean;
}

const LOOK_TIMEOUT_MS = 5_000;

/**
 * Asks Pacemaker, and the other candidates for a newer configuration. Where this host is in no cluster of Pacemaker's,
 * as where harep was run by cron, nobody but Ganeti speaks; a Pacemaker that is silent is another matter.
 */
export async function lookAround(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  { view: seen, evidence }: Pick<RepairRequest, 'view' | 'evidence'>,
): Promise<Circumstances> {
  const pacemaker = isInPacemaker(env);
  const [view, orders] = await Promise.all([
    seen ?? (pacemaker ? look(env, ssconf) : undefined),
    pacemaker ? readOrders(env, dataDir) : ordersWithout(env, dataDir),
  ]);
  const verdicts = new Map(view?.verdicts.map((verdict) => [verdict.node, verdict]));
  const living = ssconf.nodeList.filter(
    (node) => view === undefined || verdicts.get(node)?.verdict === 'alive',
  );
  const { newer, claimant } = await askBeliefs(env, dataDir, ssconf, new Set(living));
  // Who may be in the middle of becoming master would find instances where its configuration has them no more.
  const [other = claimant] = newer;
  const frozen =
    other === undefined
      ? doubtfulBy(view)
      : `${other.node} names ${other.names} as master, with a newer configuration than this node's`;
  const tagged = settingsFromTags(ssconf.clusterTags, ssconf.nodeList.length);
  return {
    verdicts,
    fencing:
      view?.answer.kind === 'ok' &&
      view.answer.state.stonithEnabled &&
      sufficientEvidence(evidence, tagged) === 'fenced',
    stopped: frozen ?? pausedBy(orders, env.clock.now()),
    frozen: frozen !== undefined,
  };
}

function look(env: Env, ssconf: Ssconf): Promise<ClusterView> {
  return lookAtCluster(env, {
    ganetiNodes: ssconf.nodeList,
    notifiedFenced: [],
    simulatedUnproven: false,
    timeoutMs: LOOK_TIMEOUT_MS,
    remember: false,
  });
}

function ordersWithout(env: Env, dataDir: string): Orders {
  return { kind: 'known', pauses: upstreamPause(env, dataDir), releases: [] };
}

function doubtfulBy(view: ClusterView | undefined): string | undefined {
  if (view === undefined) return undefined;
  if (view.answer.kind === 'unavailable') return `Pacemaker does not answer (${view.answer.message})`;
  return view.answer.state.quorum ? undefined : 'this partition has no quorum';
}
