import { OpcodeError } from '../../src/simulate/ganeti-opcode-error.ts';
import { type Cell, normal, UNKNOWN_FIELD } from './cells.ts';
import type { Cluster, ClusterGroup } from './cluster.ts';
import { IPOLICY } from './cluster-info.ts';
import { asksFor, passes } from './filter.ts';
import { instanceCell } from './instance-fields.ts';
import { goneJobCell, jobCell } from './job-fields.ts';
import { nodeCell } from './node-fields.ts';
import { instanceOf } from './opcode.ts';
import type { ClusterJob, JobQueue } from './queue.ts';

type CellsOf = (field: string) => Cell | undefined;

/** The rows of Query. Throws OpcodeError. */
export function queryRows(
  cluster: Cluster,
  queue: JobQueue,
  what: unknown,
  fields: readonly string[],
  filter: unknown,
): readonly (readonly Cell[])[] {
  const rows = objects(cluster, queue, what, filter).filter((cells) =>
    passes(filter, (field) => {
      const cell = cells(field);
      if (cell === undefined)
        throw new OpcodeError('OpPrereqError', `Unknown field in filter: ${field}`, 'wrong_input');
      return cell[1];
    }),
  );
  return rows.map((cells) => fields.map((field) => cells(field) ?? UNKNOWN_FIELD));
}

/** One function for each object, which gives its fields. */
function objects(cluster: Cluster, queue: JobQueue, what: unknown, filter: unknown): readonly CellsOf[] {
  switch (what) {
    case 'node':
      return cluster.nodes.map((node) => (field) => nodeCell(field, node, cluster));
    case 'instance':
      return cluster.instances.map((instance) => (field) => instanceCell(field, instance, cluster));
    case 'group':
      return cluster.groups.map((group) => (field) => groupCell(field, group, cluster));
    case 'job':
      return jobRows(queue, asksFor(filter, 'id'));
    case 'lock':
      return locks(queue).map((lock) => (field) => (field in lock ? normal(lock[field]) : undefined));
    default:
      return [];
  }
}

/** Ids that are asked for are found archived, too, and have a row even where there is no such job. */
export function jobRows({ jobs, find }: JobQueue, ids: readonly unknown[] | undefined): readonly CellsOf[] {
  const cellsOf =
    (job: ClusterJob): CellsOf =>
    (field) =>
      jobCell(field, job);
  if (ids === undefined) return jobs.filter(({ archived }) => !archived).map(cellsOf);
  return ids.map(Number).map((id) => {
    const job = find(id);
    return job === undefined ? (field) => goneJobCell(field, id) : cellsOf(job);
  });
}

function groupCell(field: string, group: ClusterGroup, cluster: Cluster): Cell | undefined {
  const nodes = cluster.nodes.filter((node) => node.group === group).map(({ name }) => name);
  const instances = (): readonly string[] =>
    cluster.instances.filter(({ pnode }) => nodes.includes(pnode)).map(({ name }) => name);
  switch (field) {
    case 'name':
    case 'uuid':
    case 'tags':
      return normal(group[field]);
    case 'alloc_policy':
      return normal('preferred');
    case 'ipolicy':
      return normal(IPOLICY);
    case 'ndparams':
      return normal({});
    case 'node_cnt':
      return normal(nodes.length);
    case 'node_list':
      return normal(nodes);
    case 'pinst_cnt':
      return normal(instances().length);
    case 'pinst_list':
      return normal(instances());
    default:
      return undefined;
  }
}

/** Locks of instances are named by name; job ids come as text. */
function locks({ jobs }: JobQueue): readonly Readonly<Record<string, unknown>>[] {
  const held = jobs.flatMap(({ id, ops, opstatus }) => {
    const op = ops[opstatus.indexOf('running')];
    const instance = op === undefined ? undefined : instanceOf(op);
    return instance === undefined ? [] : [{ instance, id }];
  });
  return held.map(({ instance, id }) => {
    const waiting = jobs.filter(
      ({ status, ops }) => status === 'waiting' && ops.some((op) => instanceOf(op) === instance),
    );
    return {
      name: `instance/${instance}`,
      mode: 'exclusive',
      owner: [String(id)],
      pending: waiting.map((job) => ['exclusive', [String(job.id)]]),
    };
  });
}
