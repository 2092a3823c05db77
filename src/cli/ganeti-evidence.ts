import type { Evidence } from '../evidence/evidence.ts';
import type { MarkedNode } from '../ganeti/luxi-marks.ts';
import type { LuxiNode } from '../ganeti/luxi-queries.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { isIn } from '../sweep/drain-input.ts';
import type { LuxidTold } from './ask-luxid.ts';

/** What Ganeti itself says of a node: its luxid, and this host's ssconf where that is all there is. Pure. */
export function ganetiSays(
  node: string,
  told: LuxidTold | undefined,
  ssconf: Ssconf,
  atMs: number,
): readonly Evidence[] {
  const said = told === undefined ? [ssconfSays(node, ssconf)] : luxidSays(node, told);
  return said.map((what) => ({ source: 'ganeti', what, atMs }));
}

function luxidSays(node: string, { facts, marked, queueDrained }: LuxidTold): readonly string[] {
  const known = facts.nodes.find(({ name }) => name === node);
  const marks = marked.find(({ name }) => name === node);
  const jobs = facts.jobs.filter(
    (job) => isIn(node, [job]) || job.offlines.includes(node) || job.powers.includes(node),
  );
  return [
    known === undefined
      ? `it does not know ${node}`
      : `${node} is ${ROLES[known.role]}${markOf(known, marks)}`,
    ...jobs.map(({ id, status, summary, source }) => {
      const by = source === undefined ? '' : `, by ${source}`;
      return `job ${id} is ${status}: ${summary.join(', ')}${by}`;
    }),
    ...(queueDrained ? ['its job queue is drained: it takes no new job'] : []),
  ];
}

const ROLES: Readonly<Record<LuxiNode['role'], string>> = {
  master: 'the master',
  candidate: 'a master candidate',
  regular: 'in service, no master candidate',
  drained: 'drained',
  offline: 'offline',
};

/** By the tag that these agents leave on a node, if they can. */
function markOf({ role }: LuxiNode, marked: MarkedNode | undefined): string {
  if (marked === undefined || (role !== 'drained' && role !== 'offline')) return '';
  const { serial, marks } = marked;
  const ours = role === 'drained' ? marks.drainedSerial : marks.offlinedSerial;
  if (ours === undefined) return ', and no tag says that these agents made it so';
  return `; made so by these agents, and ${ours === serial ? 'not changed' : 'changed'} since`;
}

function ssconfSays(node: string, { offlineNodes, masterNode, masterCandidates }: Ssconf): string {
  const is = offlineNodes.includes(node)
    ? 'offline'
    : node === masterNode
      ? 'the master'
      : masterCandidates.includes(node)
        ? 'a master candidate'
        : 'neither offline nor a master candidate';
  return `${node} is ${is}, by this host's ssconf`;
}
