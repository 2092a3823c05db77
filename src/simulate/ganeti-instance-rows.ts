import type { Configuration, GroupEntry, InstanceEntry } from './ganeti-configuration.ts';
import { found } from './ganeti-state.ts';

type Fields = Readonly<Record<string, unknown>>;

/** DRBD's own data on each disk, MiB (Constants.hs: drbdMetaSize). */
const DRBD_META = 128;

/** The only one there is here. */
export function groupOf({ nodegroups }: Configuration): GroupEntry {
  return found(Object.values(nodegroups)[0], 'node group');
}

/** Static fields of Query/Group.hs. */
export function groupRows(config: Configuration): readonly Fields[] {
  const nodes = Object.values(config.nodes).map(({ name }) => name);
  const instances = Object.keys(config.instances);
  return Object.values(config.nodegroups).map(({ uuid, name, tags }) => ({
    ...{ uuid, name, tags, alloc_policy: 'preferred' },
    ...{ node_cnt: nodes.length, node_list: nodes, pinst_cnt: instances.length, pinst_list: instances },
  }));
}

/** Static fields of Query/Instance.hs. */
export function instanceRows(config: Configuration): readonly Fields[] {
  const group = groupOf(config);
  return Object.values(config.instances).map((entry) => {
    const snodes = entry.secondary_node === undefined ? [] : [entry.secondary_node];
    return {
      ...{ name: entry.name, uuid: entry.uuid, tags: entry.tags },
      ...{ pnode: entry.primary_node, 'pnode.group': group.name, 'pnode.group.uuid': group.uuid, snodes },
      disk_template: entry.disk_template,
      admin_state: entry.admin_state,
      disks_active: entry.admin_state === 'up',
      'disk.sizes': entry.disk_template === 'diskless' ? [] : [entry.disk],
      disk_usage: diskUsage(entry),
      'be/maxmem': entry.memory,
      'be/minmem': entry.memory,
      'be/memory': entry.memory,
      'be/vcpus': 1,
      os: 'noop+default',
      hypervisor: 'fake',
      forthcoming: false,
    };
  });
}

/** Of each of its nodes. */
function diskUsage({ disk_template: template, disk }: InstanceEntry): number {
  switch (template) {
    case 'drbd':
      return disk + DRBD_META;
    case 'plain':
    case 'file':
      return disk;
    default:
      return 0;
  }
}
