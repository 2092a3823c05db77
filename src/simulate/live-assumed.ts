import type { RoleConfiguration } from '../pacemaker/role-configuration.ts';
import type { MasterAnswer } from './live-master.ts';

/** What a copy of the live cluster leaves out or takes to be so, in sentences without their ends. */
export function assumed(
  roles: RoleConfiguration | undefined,
  master: MasterAnswer,
  fencingSeconds: number,
): readonly string[] {
  const asInReadme =
    "the resources are configured as the README says: this host's Pacemaker has no ocf:ganeti:ganeti-node";
  return [
    `each fencing takes ${fencingSeconds} s and succeeds`,
    'all else is well: daemons, disks, clocks, the network; no resource has failed, is disabled or bound by a rule, and no simulation file is there',
    ...(roles === undefined ? [asInReadme] : []),
    ...(master.kind === 'known' ? leftOut(master.knows) : unknownHere(master.why)),
  ];
}

const REPAIRS = 'what repairs would do is not foretold (gnt-ha repair --dry-run)';

function unknownHere(why: string): readonly string[] {
  return [
    `no node is drained or was marked by these agents, each may be a master candidate, and the job queue is open and empty: not known on this host (${why})`,
    `there are no instances: ${REPAIRS}`,
  ];
}

function leftOut({
  unfinishedJobs,
  instances,
  marked,
}: Extract<MasterAnswer, { kind: 'known' }>['knows']): readonly string[] {
  return [
    ...(unfinishedJobs === 0 ? [] : [`jobs of Ganeti that have not ended (${unfinishedJobs}) are over`]),
    ...(instances === 0 ? [] : [`there are no instances (of ${instances}): ${REPAIRS}`]),
    ...(marked.length === 0
      ? []
      : [`that these agents have drained, marked or taken back ${marked.join(', ')} before does not count`]),
  ];
}
