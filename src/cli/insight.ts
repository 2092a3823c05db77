import type { Env } from '../env/env.ts';
import { contradicted } from '../evidence/contradicted.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { type Parameters, readParameters } from '../ocf/parameters.ts';
import { readSimulations } from '../ocf/simulation.ts';
import { roleConfiguration } from '../pacemaker/role-configuration.ts';
import { type DecideInput, type Decision, decide } from '../policy/decide.ts';
import { withAlerts } from '../sweep/alert-evidence.ts';
import { askNetwork } from '../sweep/answering.ts';
import { clockSetForward } from '../sweep/clock-steps.ts';
import { decideInput } from '../sweep/decide-input.ts';
import type { GanetiFacts } from '../sweep/ganeti-facts.ts';
import { rememberedEntries } from '../sweep/journal.ts';
import type { LedgerEntry } from '../sweep/ledger.ts';
import { readOrders } from '../sweep/orders.ts';
import { ownName } from '../sweep/own-name.ts';
import { pausedBy } from '../sweep/paused.ts';
import { type SweepSettings, sweepSettings } from '../sweep/settings.ts';
import { seeSteadiness } from '../sweep/steadiness.ts';
import { type ClusterView, lookAtCluster } from '../sweep/view.ts';
import { askLuxid, askObjections } from './ask-luxid.ts';
import { afterChecks } from './decision-on-return.ts';
import { ganetiSays } from './ganeti-evidence.ts';
import type { KnownOfNodes } from './known-of-nodes.ts';
import { decisionOn, type NodeDecision } from './node-decision.ts';
import { ordersOffMaster } from './upstream-file.ts';

/** What a sweep at this moment would see and decide, and nothing of it done or remembered. */
export interface Insight {
  readonly ssconf: Ssconf;
  readonly settings: SweepSettings;
  readonly parameters: Parameters;
  readonly view: ClusterView;
  /** After the network was asked, as the sweep does before it acts. */
  readonly verdicts: readonly Verdict[];
  readonly evidence: ReadonlyMap<string, readonly Evidence[]>;
  readonly input: DecideInput;
  readonly decisions: readonly Decision[];
  /** By Ganeti's name: what counts for it, of all that the sweep decides. */
  readonly onNodes: ReadonlyMap<string, NodeDecision>;
  /** Entries of this host's ledger as far back as a sweep reads. */
  readonly entries: readonly LedgerEntry[];
  readonly facts: GanetiFacts | undefined;
  /** What this host cannot know, in sentences. */
  readonly gaps: readonly string[];
  readonly nowMs: number;
}

export type InsightResult =
  | { readonly kind: 'ok'; readonly insight: Insight }
  | { readonly kind: 'no-cluster'; readonly text: string };

const LOOK_TIMEOUT_MS = 5_000;

/** Looks as the sweep does, with the agents' own eyes and memory. Changes and remembers nothing. */
export async function gatherInsight(
  env: Env,
  dirs: { dataDir?: string; runDir?: string },
): Promise<InsightResult> {
  const raw = (await roleConfiguration(env))?.nodeParameters ?? {};
  const given = {
    ...(dirs.dataDir === undefined ? {} : { data_dir: dirs.dataDir }),
    ...(dirs.runDir === undefined ? {} : { run_dir: dirs.runDir }),
  };
  const { parameters } = readParameters({ ...raw, ...given });
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') return { kind: 'no-cluster', text: `${read.file}: ${read.kind}` };
  const { ssconf } = read;
  const [view, ordered, own] = await Promise.all([
    lookAtCluster(env, {
      ganetiNodes: ssconf.nodeList,
      notifiedFenced: [],
      simulatedUnproven: readSimulations(env, 'ganeti-node').active('fencing-unproven') !== undefined,
      timeoutMs: LOOK_TIMEOUT_MS,
      remember: false,
    }),
    readOrders(env, parameters.dataDir),
    ownName(env, { onNode: undefined }, ssconf.nodeList),
  ]);
  const { told, luxid, gap } = await askLuxid(env, parameters.runDir, ssconf);
  const facts = told?.facts;
  const gaps = gap === undefined ? [] : [gap];
  // A master whose luxid is down reads its own file all the same.
  const elsewhere = luxid === 'elsewhere' && !(own.kind === 'known' && own.name === ssconf.masterNode);
  const counting = elsewhere ? ordersOffMaster(ordered, ssconf.masterNode) : undefined;
  if (counting !== undefined) gaps.push(counting.gap);
  const orders = counting?.orders ?? ordered;
  const entries = rememberedEntries(env);
  const settings = sweepSettings(parameters, ssconf.clusterTags, ssconf.nodeList.length);
  const quorum = view.answer.kind === 'ok' && view.answer.state.quorum;
  const nowMs = env.clock.now();
  const inputOf = (verdicts: readonly Verdict[]): DecideInput =>
    decideInput({
      ssconf,
      settings,
      verdicts,
      evidence: view.evidence,
      quorum,
      orders,
      entries,
      facts,
      trigger: undefined,
      nowMs,
      setForwardMs: clockSetForward(env).ms,
    });
  const wanted = decide(inputOf(view.verdicts)).flatMap(({ kind, node }) =>
    kind === 'offline' ? [node] : [],
  );
  const network = await askNetwork(env, parameters.dataDir, wanted, ssconf);
  const up = new Set(network.filter(({ answers }) => answers).map(({ node }) => node));
  const verdicts = contradicted(view.verdicts, up);
  const evidence = new Map(withAlerts(view.evidence, entries, nowMs));
  for (const node of ssconf.nodeList)
    evidence.set(node, [...(evidence.get(node) ?? []), ...ganetiSays(node, told, ssconf, nowMs)]);
  for (const { node, what } of network)
    evidence.set(node, [...(evidence.get(node) ?? []), { source: 'network', what, atMs: nowMs }]);
  const input = inputOf(verdicts);
  const decisions = decide(input);
  const known: KnownOfNodes = {
    ...{ decisions, ssconf, settings, view, told, entries, nowMs },
    paused: pausedBy(orders, nowMs),
    onMaster: !elsewhere,
    steadiness: seeSteadiness(env, view.verdicts),
  };
  const onNodes = new Map<string, NodeDecision>();
  for (const verdict of verdicts)
    onNodes.set(verdict.node, await withChecks(env, parameters, decisionOn(verdict, known), known));
  const seen = { ssconf, settings, parameters, view, verdicts, evidence, input, decisions, onNodes };
  return { kind: 'ok', insight: { ...seen, entries, facts, gaps, nowMs } };
}

/** Who would be taken back is asked first, as the sweep does. */
async function withChecks(
  env: Env,
  { dataDir, runDir }: Parameters,
  decision: NodeDecision,
  { told, ssconf, view, paused }: KnownOfNodes,
): Promise<NodeDecision> {
  const node = told?.marked.find(({ name }) => name === decision.node);
  if (decision.about !== 'return' || decision.kind !== 'readmit' || told === undefined || node === undefined)
    return decision;
  const { facts, queueDrained } = told;
  const offlining = facts.jobs.flatMap(({ offlines }) => offlines);
  const request = { env, dataDir, ssconf, view, node, offlining, queueDrained, paused };
  return afterChecks(decision, await askObjections(request, runDir));
}
