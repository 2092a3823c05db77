import type { Cluster, ClusterInstance } from '../luxi-cluster/cluster.ts';
import type { ClusterOpcode } from '../luxi-cluster/opcode.ts';
import { PREFIX } from './harep-cluster.ts';

const TYPES = ['fix-storage', 'migrate', 'failover', 'reinstall'] as const;
const RISK: readonly string[] = TYPES;

/**
 * What is wrong with an opcode at the moment when Ganeti is about to carry it out, by what is true in the cluster then;
 * undefined where nothing is. Written without a look at how repairs are planned.
 */
export function objection(op: ClusterOpcode, cluster: Cluster, nowMs: number): string | undefined {
  const instance = cluster.findInstance(op.instance_name);
  if (instance === undefined)
    return op.OP_ID.startsWith('OP_INSTANCE_') ? 'there is no such instance' : undefined;
  const wrong = needless(op, instance, cluster) ?? notAllowed(op, instance, cluster, nowMs);
  return wrong === undefined ? undefined : `${op.OP_ID} of ${instance.name}: ${wrong}`;
}

function needless(
  { OP_ID: id }: ClusterOpcode,
  instance: ClusterInstance,
  cluster: Cluster,
): string | undefined {
  const primary = cluster.node(instance.pnode);
  const secondary = instance.snode === undefined ? undefined : cluster.node(instance.snode);
  const usable = (node: typeof primary): boolean => !node.offline && !node.drained && node.vmCapable;
  switch (id) {
    case 'OP_INSTANCE_REPLACE_DISKS':
      if (primary.offline) return 'there is no good copy to make a new one of';
      return secondary !== undefined && usable(secondary) ? 'its secondary is well' : undefined;
    case 'OP_INSTANCE_FAILOVER':
      if (usable(primary)) return 'its primary is well';
      return !primary.offline && instance.running ? 'it runs, and could be migrated' : undefined;
    case 'OP_INSTANCE_MIGRATE':
    case 'OP_INSTANCE_MOVE':
      return usable(primary) ? 'its primary is well' : undefined;
    case 'OP_INSTANCE_SHUTDOWN':
      return primary.offline ? undefined : 'its primary lives';
    case 'OP_INSTANCE_RECREATE_DISKS':
      if (!primary.offline) return 'its primary lives and has its data';
      return secondary !== undefined && !secondary.offline
        ? 'its secondary lives and has its data'
        : undefined;
    case 'OP_INSTANCE_REINSTALL':
      return instance.blank ? undefined : 'its disks are not blank';
    case 'OP_INSTANCE_STARTUP':
      return instance.blank ? 'its disks are blank' : undefined;
    default:
      return 'that is no repair';
  }
}

/** What an opcode does to an instance, as the least policy that allows it. */
function needed({ OP_ID: id }: ClusterOpcode, instance: ClusterInstance): (typeof TYPES)[number] {
  switch (id) {
    case 'OP_INSTANCE_REPLACE_DISKS':
      return 'fix-storage';
    case 'OP_INSTANCE_MIGRATE':
      return 'migrate';
    case 'OP_INSTANCE_FAILOVER':
    case 'OP_INSTANCE_MOVE':
      // What is down does not notice.
      return instance.adminState === 'up' ? 'failover' : 'migrate';
    default:
      return 'reinstall';
  }
}

function notAllowed(
  op: ClusterOpcode,
  instance: ClusterInstance,
  cluster: Cluster,
  nowMs: number,
): string | undefined {
  if (instance.tags.some((tag) => new RegExp(`^${PREFIX}result:.*:failure:`).test(tag)))
    return 'it has failed';
  const { group } = cluster.node(instance.pnode);
  const words = [instance.tags, group.tags, cluster.tags].map((tags) => opinion(tags, nowMs));
  const nearest = words.find((word) => word !== undefined);
  if (nearest === 'suspended') return 'it is suspended';
  // Once begun a repair has the permission of its tag: the nodes, and with them the group, change on the way.
  const begun = instance.tags.flatMap(
    (tag) => new RegExp(`^${PREFIX}pending:([a-z-]+):`).exec(tag)?.[1] ?? [],
  );
  const allowed = [nearest, ...begun].map((word) => RISK.indexOf(String(word)));
  return Math.max(...allowed) < RISK.indexOf(needed(op, instance)) ? 'no policy allows it' : undefined;
}

function opinion(tags: readonly string[], nowMs: number): 'suspended' | (typeof TYPES)[number] | undefined {
  const words = tags.filter((tag) => tag.startsWith(PREFIX)).map((tag) => tag.slice(PREFIX.length));
  const suspended = words.some((word) => {
    const [kind, until = ''] = word.split(':');
    return kind === 'suspend' && (until === '' || Number(until) * 1000 > nowMs);
  });
  return suspended ? 'suspended' : TYPES.find((type) => words.includes(type));
}
