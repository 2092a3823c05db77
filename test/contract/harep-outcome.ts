import type { ClusterInstance } from '../luxi-cluster/cluster.ts';
import type { LuxiCluster } from '../luxi-cluster/server.ts';
import { PREFIX } from './harep-cluster.ts';

/** What became of a cluster, in words that are the same for whoever repaired it. */
export interface Outcome {
  /** One line for each instance, e.g. `web1 on h1+h2: FAILOVER, REPLACE_DISKS; result failover success (2)`. */
  readonly instances: readonly string[];
  readonly exits: readonly (number | undefined)[];
  /** How many opcodes that set or removed tags were submitted. */
  readonly tagOpcodes: number;
  /** How many opcodes that only wait, and hold the lock of the master node meanwhile. */
  readonly masterLocked: number;
  readonly clusterTags: readonly string[];
}

export function outcomeOf(luxid: LuxiCluster, exits: readonly (number | undefined)[]): Outcome {
  const opcodes = luxid.queue.jobs.flatMap(({ ops }) => ops);
  return {
    instances: luxid.cluster.instances.map((instance) => lineOf(luxid, instance)),
    exits,
    tagOpcodes: opcodes.filter(({ OP_ID }) => OP_ID.startsWith('OP_TAGS_')).length,
    masterLocked: opcodes.filter(({ OP_ID, no_locks: free }) => OP_ID === 'OP_TEST_DELAY' && free !== true)
      .length,
    clusterTags: luxid.cluster.tags.map(withoutPrefix),
  };
}

function lineOf(luxid: LuxiCluster, instance: ClusterInstance): string {
  const { name, pnode, snode, blank, adminState, running, tags } = instance;
  const short = (full: string): string => full.split('.')[0] ?? full;
  const place = [pnode, ...(snode === undefined ? [] : [snode])].map(short).join('+');
  const state = [
    ...(blank ? ['blank'] : []),
    ...(adminState === 'up' && !running ? ['not running'] : []),
    ...(adminState === 'up' ? [] : [adminState]),
  ];
  const words = [short(name), 'on', place, ...(state.length === 0 ? [] : [`(${state.join(', ')})`])].join(
    ' ',
  );
  const done = opcodesOn(luxid, name).join(', ');
  const said = tags.map(tagWords).sort().join(', ');
  return `${words}: ${done === '' ? 'nothing' : done}; ${said === '' ? 'no tag' : said}`;
}

/** The opcodes that were submitted for an instance, tags aside; `asks` is a dry run, `!` failed, `…` has not ended. */
function opcodesOn({ queue, cluster }: LuxiCluster, name: string): readonly string[] {
  return queue.jobs.flatMap(({ ops, opstatus }) =>
    ops.flatMap(({ OP_ID: id, instance_name: on, iallocator, dry_run: dry }, at) => {
      if (on !== name) return [];
      const mark = { success: '', error: '!', canceled: '!' }[String(opstatus[at])] ?? '…';
      const other = typeof iallocator === 'string' && iallocator !== cluster.defaultIallocator;
      const word = `${dry === true ? 'asks ' : ''}${id.replace('OP_INSTANCE_', '')}`;
      return [`${word}${mark}${other ? ` by ${iallocator}` : ''}`];
    }),
  );
}

/** Without id and time, which no two runs have in common; jobs are counted. */
function tagWords(tag: string): string {
  const [kind, type = '', id, , ...rest] = withoutPrefix(tag).split(':');
  const jobs = `(${(rest.at(-1) ?? '').split('+').filter((job) => job !== '').length})`;
  if (kind === 'pending' && rest.length === 1 && id !== undefined) return `pending ${type} ${jobs}`;
  if (kind === 'result' && rest.length === 2) return `result ${type} ${rest[0]} ${jobs}`;
  return withoutPrefix(tag);
}

function withoutPrefix(tag: string): string {
  return tag.startsWith(PREFIX) ? tag.slice(PREFIX.length) : tag;
}
