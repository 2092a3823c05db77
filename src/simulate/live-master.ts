import type { Env } from '../env/env.ts';
import { luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { queryPrimaries } from '../ganeti/luxi-instances.ts';
import { queryMarkedNodes } from '../ganeti/luxi-marks.ts';
import { type LuxiNode, queryClusterInfo, queryConfigValues } from '../ganeti/luxi-queries.ts';
import type { Offlining } from '../policy/brake.ts';
import { askGaneti } from '../sweep/ganeti-facts.ts';

/** What only the master's luxid tells of the cluster that this host is in; ssconf has none of it. */
export interface MasterKnows {
  readonly nodes: readonly LuxiNode[];
  /** Nodes that a job is about to mark offline. */
  readonly underway: ReadonlySet<string>;
  /** What is offline or about to be, and since when. */
  readonly offlinings: readonly Offlining[];
  readonly candidatePoolSize: number;
  readonly queueDrained: boolean;
  readonly unfinishedJobs: number;
  readonly instances: number;
  /** Nodes with tags by which these agents remember what they did to them. */
  readonly marked: readonly string[];
}

export type MasterAnswer =
  | { readonly kind: 'known'; readonly knows: MasterKnows }
  | { readonly kind: 'unknown'; readonly why: string };

const CONNECT_TIMEOUT_MS = 1_000;
const REQUEST_TIMEOUT_MS = 5_000;

/** Asks this host's luxid, if there is one, for what stands in the configuration; no node is asked. Changes nothing. */
export async function askMaster(env: Env, runDir: string, master: string): Promise<MasterAnswer> {
  const options = {
    socket: luxiSocket(runDir),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
  const asked = await withLuxi(env, options, async (call): Promise<MasterAnswer> => {
    const { masterNode, queueDrained } = await queryConfigValues(call);
    if (masterNode !== master)
      return { kind: 'unknown', why: `luxid here names ${masterNode} as master, ssconf ${master}` };
    const [facts, marked, primaries, { candidatePoolSize }] = await Promise.all([
      askGaneti(call, env.clock.now()),
      queryMarkedNodes(call),
      queryPrimaries(call),
      queryClusterInfo(call),
    ]);
    const { nodes, underway, offlinings, jobs } = facts;
    return {
      kind: 'known',
      knows: {
        ...{ nodes, underway, offlinings, candidatePoolSize, queueDrained },
        unfinishedJobs: jobs.length,
        instances: primaries.size,
        marked: marked.flatMap(({ name, marks }) => (marks.tags.length > 0 ? [name] : [])),
      },
    };
  });
  if (asked.kind === 'ok') return asked.value;
  const { kind } = asked.error.failure;
  const elsewhere = kind === 'no-socket' || kind === 'refused';
  return {
    kind: 'unknown',
    why: elsewhere ? `only luxid on ${master} knows it, and here is none` : asked.error.message,
  };
}
