import type { Env } from '../env/env.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { type RoleConfiguration, roleConfiguration } from '../pacemaker/role-configuration.ts';
import type { StoryCluster } from './story-cluster.ts';

/** A cluster to play with, made of the facts of the one this host is in. */
export type LiveCluster =
  | { readonly kind: 'cluster'; readonly cluster: StoryCluster; readonly assumed: readonly string[] }
  | { readonly kind: 'unavailable'; readonly message: string };

const MONITOR_SECONDS = 20;
/** Of the README. */
const MIGRATION_THRESHOLD = 3;
/** A BMC that works. */
const FENCING_SECONDS = 5;

/** Reads local files only: ssconf and Pacemaker's configuration; nobody else is asked. Hosts have Ganeti's names. */
export async function liveCluster(env: Env, dataDir: string): Promise<LiveCluster> {
  const read = readSsconf(env.files, dataDir);
  if (read.kind !== 'ok') {
    const why = read.kind === 'missing' ? 'is missing' : read.message;
    return {
      kind: 'unavailable',
      message: `${read.file}: ${why}. Run this on a node of the Ganeti cluster.`,
    };
  }
  const roles = await roleConfiguration(env);
  const assumed = [
    `each fencing takes ${FENCING_SECONDS} s and succeeds`,
    'no node is drained in Ganeti, and no release of the brake stands',
    ...(roles === undefined
      ? [
          "the resources are configured as the README says: this host's Pacemaker has no ocf:ganeti:ganeti-node",
        ]
      : []),
  ];
  return { kind: 'cluster', cluster: clusterOf(read.ssconf, roles), assumed };
}

function clusterOf(ssconf: Ssconf, roles: RoleConfiguration | undefined): StoryCluster {
  return {
    hosts: ssconf.nodeList,
    domain: '',
    master: ssconf.masterNode,
    candidates: ssconf.masterCandidates,
    drained: [],
    offline: [...ssconf.offlineNodes],
    tags: [...ssconf.clusterTags],
    // Of instances ssconf has the names only.
    group_tags: [],
    instances: [],
    node_memory: 1,
    node_disk: 1,
    iallocator: '',
    master_form: roles?.promotable === true ? 'promotable' : 'primitive',
    notify: roles?.notify ?? true,
    alert: roles?.alert ?? false,
    migration_threshold: MIGRATION_THRESHOLD,
    // No difference to what is decided: it is asked for by a tag, and its job gates nothing.
    oob: false,
    monitor_seconds: roles?.monitorSeconds ?? MONITOR_SECONDS,
    stonith_enabled: roles?.stonithEnabled ?? true,
    stonith_action: roles?.stonithAction ?? 'off',
    concurrent_fencing: roles?.concurrentFencing ?? true,
    fencing_seconds: FENCING_SECONDS,
    two_node: ssconf.nodeList.length === 2,
    node_parameters: roles?.nodeParameters ?? {},
    master_parameters: roles?.masterParameters ?? {},
  };
}
