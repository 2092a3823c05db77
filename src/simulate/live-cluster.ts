import type { Env } from '../env/env.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { readSsconfLines } from '../ganeti/ssconf-files.ts';
import { readParameters } from '../ocf/parameters.ts';
import { type CorosyncConfAnswer, readCorosyncConf } from '../pacemaker/corosync-conf.ts';
import { type RoleConfiguration, roleConfiguration } from '../pacemaker/role-configuration.ts';
import type { Offlining } from '../policy/brake.ts';
import { assumed } from './live-assumed.ts';
import { askMaster, type MasterKnows } from './live-master.ts';
import type { StoryCluster } from './story-cluster.ts';

/** A cluster to play with, made of the facts of the one this host is in. */
export type LiveCluster =
  | {
      readonly kind: 'cluster';
      readonly cluster: StoryCluster;
      readonly queueDrained: boolean;
      /** What is offline in Ganeti, and since when; undefined where this host cannot know it. */
      readonly offlinings: readonly Offlining[] | undefined;
      readonly assumed: readonly string[];
    }
  | { readonly kind: 'unavailable'; readonly message: string };

const MONITOR_SECONDS = 20;
/** Of the README. */
const MIGRATION_THRESHOLD = 3;
/** Pacemaker's INFINITY. */
const NEVER_MIGRATED = 1_000_000;
/** A BMC that works. */
const FENCING_SECONDS = 5;
/** Ganeti's own default. */
const POOL_SIZE = 10;

/**
 * Reads ssconf and the configurations of Pacemaker and corosync, and asks luxid where this host is the master: ssconf
 * does not say who is drained. No other host is asked. Hosts have Ganeti's names.
 */
export async function liveCluster(env: Env, dataDir: string): Promise<LiveCluster> {
  const read = readSsconf(env.files, dataDir);
  if (read.kind !== 'ok') {
    const why = read.kind === 'missing' ? 'is missing' : read.message;
    return {
      kind: 'unavailable',
      message: `${read.file}: ${why}. Run this on a node of the Ganeti cluster.`,
    };
  }
  const { ssconf } = read;
  const roles = await roleConfiguration(env);
  const { runDir } = readParameters(roles?.nodeParameters ?? {}).parameters;
  const master = await askMaster(env, runDir, ssconf.masterNode);
  const knows = master.kind === 'known' ? master.knows : undefined;
  const corosync = readCorosyncConf(env);
  const without = readSsconfLines(env.files, dataDir, 'node_vm_capable');
  const cluster = {
    ...clusterOf(ssconf, roles),
    ...nodesOf(ssconf, knows),
    ...ringOf(ssconf, corosync),
    not_vm_capable: ssconf.nodeList.filter(
      (node) => without.kind === 'lines' && without.lines.includes(`${node}=False`),
    ),
  };
  return {
    kind: 'cluster',
    cluster,
    queueDrained: knows?.queueDrained ?? false,
    offlinings: knows?.offlinings,
    assumed: assumed({ roles, master, corosync, ssconf, fencingSeconds: FENCING_SECONDS }),
  };
}

type OfNodes = 'candidates' | 'drained' | 'offline' | 'not_master_capable' | 'candidate_pool_size' | 'oob';
type OfRing = 'token_seconds' | 'two_node';

function ringOf({ nodeList }: Ssconf, corosync: CorosyncConfAnswer): Pick<StoryCluster, OfRing> {
  if (corosync.kind === 'unknown') return { two_node: nodeList.length === 2 };
  const { tokenMs, twoNode } = corosync.conf;
  return { token_seconds: tokenMs / 1_000, two_node: twoNode };
}

/** What becomes of nodes by Ganeti's configuration: by luxid's copy where it is known, else by ssconf. */
function nodesOf(ssconf: Ssconf, knows: MasterKnows | undefined): Pick<StoryCluster, OfNodes> {
  if (knows === undefined) {
    return {
      candidates: ssconf.masterCandidates,
      drained: [],
      offline: [...ssconf.offlineNodes],
      not_master_capable: [],
      candidate_pool_size: Math.max(POOL_SIZE, ssconf.masterCandidates.length),
      oob: true,
    };
  }
  const nodes = knows.nodes.filter(({ name }) => ssconf.nodeList.includes(name));
  const those = (is: (node: (typeof nodes)[number]) => boolean): string[] =>
    nodes.filter(is).map(({ name }) => name);
  return {
    candidates: those(({ masterCandidate }) => masterCandidate),
    drained: those(({ drained }) => drained),
    // Its job has begun, and what these agents do next counts it already.
    offline: those(({ name, offline }) => offline || knows.underway.has(name)),
    not_master_capable: those(({ masterCapable }) => !masterCapable),
    candidate_pool_size: knows.candidatePoolSize,
    oob: nodes.some(({ powered }) => powered !== undefined),
  };
}

function clusterOf(
  ssconf: Ssconf,
  roles: RoleConfiguration | undefined,
): Omit<StoryCluster, OfNodes | OfRing | 'not_vm_capable'> {
  return {
    hosts: ssconf.nodeList,
    domain: '',
    master: ssconf.masterNode,
    tags: [...ssconf.clusterTags],
    group_tags: [],
    instances: [],
    node_memory: 1,
    node_disk: 1,
    iallocator: '',
    master_form: roles?.promotable === true ? 'promotable' : 'primitive',
    notify: roles?.notify ?? true,
    alert: roles?.alert ?? false,
    migration_threshold:
      roles === undefined ? MIGRATION_THRESHOLD : (roles.migrationThreshold ?? NEVER_MIGRATED),
    monitor_seconds: roles?.monitorSeconds ?? MONITOR_SECONDS,
    stonith_enabled: roles?.stonithEnabled ?? true,
    stonith_action: roles?.stonithAction ?? 'off',
    concurrent_fencing: roles?.concurrentFencing ?? true,
    fencing_seconds: FENCING_SECONDS,
    node_parameters: withoutFolders(roles?.nodeParameters),
    master_parameters: withoutFolders(roles?.masterParameters),
  };
}

/** The simulated Ganeti lives where Ganeti lives by default. */
function withoutFolders({
  data_dir: _dataDir,
  run_dir: _runDir,
  ...rest
}: Readonly<Record<string, string>> = {}): Record<string, string> {
  return rest;
}
