import type { Ssconf } from '../ganeti/ssconf.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import type { CorosyncConfAnswer } from '../pacemaker/corosync-conf.ts';
import type { RoleConfiguration } from '../pacemaker/role-configuration.ts';
import { defaultTokenMs } from './corosync.ts';
import type { MasterAnswer, MasterKnows } from './live-master.ts';

export interface LiveFacts {
  readonly roles: RoleConfiguration | undefined;
  readonly master: MasterAnswer;
  readonly corosync: CorosyncConfAnswer;
  readonly ssconf: Ssconf;
  readonly fencingSeconds: number;
}

/** What a copy of the live cluster leaves out or takes to be so, in sentences without their ends. */
export function assumed({ roles, master, corosync, ssconf, fencingSeconds }: LiveFacts): readonly string[] {
  const asInReadme =
    "the resources are configured as the README says: this host's Pacemaker has no ocf:ganeti:ganeti-node";
  return [
    `each fencing takes ${fencingSeconds} s and succeeds`,
    ...ofCorosync(corosync, ssconf.nodeList.length),
    'all else is well: daemons, disks, clocks, the network; no resource has failed, is disabled or bound by a rule, and no simulation file is there',
    ...(roles === undefined ? [asInReadme] : []),
    ...ofOutOfBand(master, ssconf),
    ...(master.kind === 'known' ? leftOut(master.knows) : unknownHere(master.why)),
  ];
}

function ofCorosync(answer: CorosyncConfAnswer, nodes: number): readonly string[] {
  if (answer.kind === 'unknown') {
    const twoNode = nodes === 2 ? 'with two_node' : 'without two_node';
    return [
      `corosync has its default token for ${nodes} nodes (${defaultTokenMs(nodes)} ms), ${twoNode}: ${answer.message}`,
    ];
  }
  const { others } = answer.conf;
  return others.length === 0
    ? []
    : [`corosync's times and quorum are as without ${others.join(', ')} of its configuration`];
}

/** What Ganeti remembers of a node's power it has of nodes with such a program only. */
function ofOutOfBand(master: MasterAnswer, { clusterTags, nodeList }: Ssconf): readonly string[] {
  if (!settingsFromTags([...clusterTags], nodeList.length).usePoweroff) return [];
  if (master.kind === 'unknown') return ['each node has an out-of-band program that works'];
  const { nodes } = master.knows;
  const without = nodes.flatMap(({ name, powered }) => (powered === undefined ? [name] : []));
  if (without.length === nodes.length) return [];
  const also = without.length === 0 ? '' : `, also on ${without.join(', ')}, for which Ganeti has none`;
  return [`the out-of-band program works on each node${also}`];
}

const REPAIRS = 'what repairs would do is not foretold (gnt-ha repair --dry-run)';

function unknownHere(why: string): readonly string[] {
  return [
    `no node is drained or was marked by these agents, each may be a master candidate, and the job queue is open and empty: not known on this host (${why})`,
    `there are no instances: ${REPAIRS}`,
  ];
}

function leftOut({ unfinishedJobs, instances, marked }: MasterKnows): readonly string[] {
  return [
    ...(unfinishedJobs === 0 ? [] : [`jobs of Ganeti that have not ended (${unfinishedJobs}) are over`]),
    ...(instances === 0 ? [] : [`there are no instances (of ${instances}): ${REPAIRS}`]),
    ...(marked.length === 0
      ? []
      : [`that these agents have drained, marked or taken back ${marked.join(', ')} before does not count`]),
  ];
}
