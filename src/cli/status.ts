import type { Env } from '../env/env.ts';
import { readSsconf } from '../ganeti/ssconf.ts';
import { type LedgerEntry, recentEntries } from '../sweep/ledger.ts';
import { lookAtCluster } from '../sweep/view.ts';

/** What `gnt-ha status` shows. */
export interface Status {
  readonly health: 'healthy' | 'degraded' | 'unknown';
  readonly trouble: string | undefined;
  readonly quorum: boolean | undefined;
  readonly master: string | undefined;
  readonly nodes: readonly NodeStatus[];
  /** The last entries of this host's ledger; the master's holds the decisions. */
  readonly last: readonly LedgerEntry[];
}

export interface NodeStatus {
  readonly node: string;
  readonly ganeti: 'master' | 'candidate' | 'offline' | 'online';
  readonly verdict: string;
  readonly reasons: readonly string[];
}

const TIMEOUT_MS = 5_000;
const DAY_MS = 24 * 60 * 60 * 1000;
const SHOWN_ENTRIES = 8;

/** Looks at the cluster with the agents' own eyes and memory; remembers and changes nothing. */
export async function gatherStatus(env: Env, dataDir: string): Promise<Status> {
  const last = recentEntries(env, env.clock.now() - DAY_MS).slice(-SHOWN_ENTRIES);
  const read = readSsconf(env.files, dataDir);
  if (read.kind !== 'ok') {
    return {
      health: 'unknown',
      trouble: `${read.file}: ${read.kind}`,
      quorum: undefined,
      master: undefined,
      nodes: [],
      last,
    };
  }
  const { ssconf } = read;
  const { answer, verdicts } = await lookAtCluster(env, {
    ganetiNodes: ssconf.nodeList,
    notifiedFenced: [],
    simulatedUnproven: false,
    timeoutMs: TIMEOUT_MS,
    remember: false,
  });
  const nodes = verdicts.map(
    ({ node, verdict, reasons }): NodeStatus => ({
      node,
      ganeti: roleIn(ssconf, node),
      verdict,
      reasons: reasons.map(({ text }) => text),
    }),
  );
  const sound = nodes.every(({ verdict, ganeti }) => verdict === 'alive' || ganeti === 'offline');
  return {
    health: answer.kind === 'unavailable' ? 'unknown' : sound && answer.state.quorum ? 'healthy' : 'degraded',
    trouble: answer.kind === 'unavailable' ? answer.message : undefined,
    quorum: answer.kind === 'ok' ? answer.state.quorum : undefined,
    master: ssconf.masterNode,
    nodes,
    last,
  };
}

function roleIn(
  ssconf: { masterNode: string; masterCandidates: readonly string[]; offlineNodes: readonly string[] },
  node: string,
): NodeStatus['ganeti'] {
  if (ssconf.offlineNodes.includes(node)) return 'offline';
  if (ssconf.masterNode === node) return 'master';
  return ssconf.masterCandidates.includes(node) ? 'candidate' : 'online';
}
