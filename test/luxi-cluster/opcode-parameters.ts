/** What every opcode may have. */
const COMMON = ['OP_ID', 'comment', 'debug_level', 'depends', 'dry_run', 'priority', 'reason'];

const INSTANCE = ['instance_name', 'instance_uuid'];
const TARGET = ['target_node', 'target_node_uuid'];
const REMOTE = ['remote_node', 'remote_node_uuid'];
const NODE = ['node_name', 'node_uuid'];

/** Further parameters of each opcode of Ganeti 3.0 that repairs, or is near to it (src/Ganeti/OpCodes.hs). */
const OWN: Readonly<Record<string, readonly string[]>> = {
  OP_TAGS_SET: ['kind', 'tags', 'name'],
  OP_TAGS_DEL: ['kind', 'tags', 'name'],
  OP_TEST_DELAY: [
    ...['duration', 'on_master', 'on_nodes', 'on_node_uuids', 'repeat', 'interruptible', 'no_locks'],
  ],
  OP_INSTANCE_FAILOVER: [
    ...[...INSTANCE, ...TARGET, 'shutdown_timeout', 'ignore_consistency'],
    ...['ignore_ipolicy', 'iallocator', 'cleanup'],
  ],
  OP_INSTANCE_MIGRATE: [
    ...[...INSTANCE, ...TARGET, 'mode', 'live', 'allow_runtime_changes', 'ignore_ipolicy', 'cleanup'],
    ...['iallocator', 'allow_failover', 'ignore_hvversions'],
  ],
  OP_INSTANCE_MOVE: [
    ...[...INSTANCE, ...TARGET, 'shutdown_timeout', 'ignore_ipolicy', 'compress', 'ignore_consistency'],
  ],
  OP_INSTANCE_REPLACE_DISKS: [
    ...[...INSTANCE, ...REMOTE, 'mode', 'disks', 'iallocator', 'early_release', 'ignore_ipolicy'],
  ],
  OP_INSTANCE_RECREATE_DISKS: [...INSTANCE, 'disks', 'nodes', 'node_uuids', 'iallocator'],
  OP_INSTANCE_REINSTALL: [
    ...[...INSTANCE, 'force_variant', 'os_type', 'osparams', 'osparams_private', 'osparams_secret'],
  ],
  OP_INSTANCE_STARTUP: [
    ...[...INSTANCE, 'force', 'ignore_offline_nodes', 'hvparams', 'beparams', 'no_remember'],
    ...['startup_paused', 'shutdown_timeout'],
  ],
  OP_INSTANCE_SHUTDOWN: [
    ...[...INSTANCE, 'force', 'ignore_offline_nodes', 'timeout', 'no_remember', 'admin_state_source'],
  ],
  OP_INSTANCE_ACTIVATE_DISKS: [...INSTANCE, 'ignore_size', 'wait_for_sync'],
  OP_INSTANCE_DEACTIVATE_DISKS: [...INSTANCE, 'force'],
  OP_NODE_SET_PARAMS: [
    ...[...NODE, 'force', 'hv_state', 'disk_state', 'master_candidate', 'offline', 'drained', 'auto_promote'],
    ...['master_capable', 'vm_capable', 'secondary_ip', 'ndparams', 'powered'],
  ],
  OP_GROUP_VERIFY_DISKS: ['group_name'],
  OP_CLUSTER_REDIST_CONF: [],
};

/** Those without a default. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  OP_TAGS_SET: ['kind', 'tags'],
  OP_TAGS_DEL: ['kind', 'tags'],
  OP_TEST_DELAY: ['duration'],
  OP_INSTANCE_MOVE: ['target_node'],
  OP_INSTANCE_REPLACE_DISKS: ['mode'],
};

/** Why luxid cannot parse an opcode, in its words; undefined where it can. */
export function unparsable(op: Readonly<Record<string, unknown>>): string | undefined {
  const id = op.OP_ID;
  if (typeof id !== 'string') return "key 'OP_ID' not found";
  const own = OWN[id];
  if (own === undefined) return `Invalid value '${id}' for OP_ID`;
  const allowed = [...COMMON, ...own].sort();
  const surplus = Object.keys(op).filter((key) => !allowed.includes(key));
  if (surplus.length > 0)
    return `Superfluous dictionary keys: ${JSON.stringify(surplus)}, but only ${JSON.stringify(allowed)} allowed.`;
  const needed = [
    'reason',
    ...(id.startsWith('OP_INSTANCE_') ? ['instance_name'] : []),
    ...(NEEDED[id] ?? []),
  ];
  const missing = needed.find((key) => !(key in op));
  return missing === undefined ? undefined : `key '${missing}' not found`;
}
