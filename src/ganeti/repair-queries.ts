import * as v from 'valibot';
import type { LuxiCall } from './luxi.ts';
import { LuxiError } from './luxi-error.ts';
import { parseAnswer } from './luxi-parse.ts';
import { queryTable, type TableRow } from './luxi-table.ts';

/** The whole configuration as far as repairs rest on it; nothing here was measured on a node. */
export interface ConfiguredCluster {
  readonly tags: readonly string[];
  /** The cluster's default allocator; undefined where it has none. */
  readonly iallocator: string | undefined;
  readonly groups: readonly ConfiguredGroup[];
  readonly nodes: readonly ConfiguredNode[];
  readonly instances: readonly ConfiguredInstance[];
  /** Instances that luxid did not tell enough of, one sentence each; nobody else suffers from them. */
  readonly unreadable: readonly string[];
}

export interface ConfiguredGroup {
  readonly uuid: string;
  readonly name: string;
  readonly tags: readonly string[];
}

export interface ConfiguredNode {
  readonly name: string;
  /** Uuid of its group. */
  readonly group: string;
  readonly offline: boolean;
  readonly drained: boolean;
  readonly vmCapable: boolean;
}

export interface ConfiguredInstance {
  readonly name: string;
  /** Ganeti's word for its disk template. */
  readonly template: string;
  readonly adminState: 'up' | 'down' | 'offline';
  readonly primary: string;
  readonly secondaries: readonly string[];
  readonly tags: readonly string[];
  /** MiB that it needs to start (Ganeti tests a failover for `minmem`, instance_migration.py). */
  readonly memory: number;
  /** MiB that its disks take on each of its nodes. */
  readonly disk: number;
}

const CLUSTER_INFO = v.object({ tags: v.array(v.string()), default_iallocator: v.string() });

const GROUP_FIELDS = ['uuid', 'name', 'tags'] as const;
const NODE_FIELDS = ['name', 'group.uuid', 'offline', 'drained', 'vm_capable'] as const;
const INSTANCE_FIELDS = [
  'name',
  'disk_template',
  'admin_state',
  'pnode',
  'snodes',
  'tags',
  'be/minmem',
  'disk_usage',
  'forthcoming',
] as const;

const ADMIN_STATES = ['up', 'down', 'offline'] as const;

/** Four questions, however large the cluster is. Throws LuxiError. */
export async function queryConfiguredCluster(call: LuxiCall): Promise<ConfiguredCluster> {
  const [info, groups, nodes, rows] = await Promise.all([
    call('QueryClusterInfo', []),
    queryTable(call, 'group', GROUP_FIELDS, null),
    queryTable(call, 'node', NODE_FIELDS, null),
    queryTable(call, 'instance', INSTANCE_FIELDS, null),
  ]);
  const { tags, default_iallocator: iallocator } = parseAnswer('QueryClusterInfo', CLUSTER_INFO, info);
  const instances: ConfiguredInstance[] = [];
  const unreadable: string[] = [];
  for (const row of rows) {
    // Its place is kept free, and that is all there is of it.
    if (row.value('forthcoming') === true) continue;
    try {
      instances.push(instanceOf(row));
    } catch (error) {
      if (!(error instanceof LuxiError)) throw error;
      unreadable.push(`${String(row.value('name') ?? 'an instance without a name')}: ${error.message}`);
    }
  }
  return {
    tags,
    iallocator: iallocator === '' ? undefined : iallocator,
    groups: groups.map((row) => ({
      uuid: row.text('uuid'),
      name: row.text('name'),
      tags: row.texts('tags'),
    })),
    nodes: nodes.map((row) => ({
      name: row.text('name'),
      group: row.text('group.uuid'),
      offline: row.flag('offline'),
      drained: row.flag('drained'),
      vmCapable: row.flag('vm_capable'),
    })),
    instances,
    unreadable,
  };
}

function instanceOf(row: TableRow<(typeof INSTANCE_FIELDS)[number]>): ConfiguredInstance {
  const word = row.text('admin_state');
  const adminState = ADMIN_STATES.find((one) => one === word);
  if (adminState === undefined) {
    const detail = 'admin_state is not known';
    throw new LuxiError({ kind: 'protocol', method: 'Query', detail, excerpt: word });
  }
  return {
    name: row.text('name'),
    template: row.text('disk_template'),
    adminState,
    primary: row.text('pnode'),
    secondaries: row.texts('snodes'),
    tags: row.texts('tags'),
    memory: row.number('be/minmem'),
    disk: row.number('disk_usage'),
  };
}
