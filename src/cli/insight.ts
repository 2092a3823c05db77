import type { Env } from '../env/env.ts';
import { contradicted } from '../evidence/contradicted.ts';
import type { Evidence } from '../evidence/evidence.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { queryConfigValues } from '../ganeti/luxi-queries.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { type Parameters, readParameters } from '../ocf/parameters.ts';
import { readSimulations } from '../ocf/simulation.ts';
import { roleConfiguration } from '../pacemaker/role-configuration.ts';
import { type DecideInput, type Decision, decide } from '../policy/decide.ts';
import { withAlerts } from '../sweep/alert-evidence.ts';
import { askNetwork } from '../sweep/answering.ts';
import { clockSetForward } from '../sweep/clock-steps.ts';
import { decideInput } from '../sweep/decide-input.ts';
import { askGaneti, type GanetiFacts } from '../sweep/ganeti-facts.ts';
import { rememberedEntries } from '../sweep/journal.ts';
import type { LedgerEntry } from '../sweep/ledger.ts';
import { readOrders } from '../sweep/orders.ts';
import { ownName } from '../sweep/own-name.ts';
import { type SweepSettings, sweepSettings } from '../sweep/settings.ts';
import { type ClusterView, lookAtCluster } from '../sweep/view.ts';
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
const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 5_000;

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
  const gaps: string[] = [];
  const { facts, luxid } = await askMaster(env, parameters, ssconf, gaps);
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
  for (const { node, what } of network)
    evidence.set(node, [...(evidence.get(node) ?? []), { source: 'network', what, atMs: nowMs }]);
  const input = inputOf(verdicts);
  const decisions = decide(input);
  const seen = { ssconf, settings, parameters, view, verdicts, evidence, input, decisions };
  return { kind: 'ok', insight: { ...seen, entries, facts, gaps, nowMs } };
}

async function askMaster(
  env: Env,
  parameters: Parameters,
  ssconf: Ssconf,
  gaps: string[],
): Promise<{ readonly facts: GanetiFacts | undefined; readonly luxid: 'here' | 'elsewhere' }> {
  const options = {
    socket: luxiSocket(parameters.runDir),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
  const asked = await withLuxi(env, options, async (call) => {
    const { masterNode } = await queryConfigValues(call);
    return masterNode === ssconf.masterNode ? await askGaneti(call, env.clock.now()) : masterNode;
  });
  if (asked.kind === 'failed') {
    const { kind } = asked.error.failure;
    const elsewhere = kind === 'no-socket' || kind === 'refused';
    gaps.push(
      elsewhere
        ? `This host is not the Ganeti master (${ssconf.masterNode} by ssconf), or its luxid is down: jobs, nodes just marked offline and the master's own ledger are not known here. Ask there.`
        : `Ganeti's jobs and flags are not known: ${asked.error.message}`,
    );
    return { facts: undefined, luxid: elsewhere ? 'elsewhere' : 'here' };
  }
  if (typeof asked.value !== 'string') return { facts: asked.value, luxid: 'here' };
  gaps.push(`luxid names ${asked.value} as master, ssconf ${ssconf.masterNode}: the sweep submits nothing.`);
  return { facts: undefined, luxid: 'here' };
}
