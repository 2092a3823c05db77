import type { ParameterDescription } from '../src/ocf/metadata.ts';

/** `mode` of one agent: what is checked in either mode. */
export function modeParameter(
  agent: string,
  checks: { partial: string; full: string },
): ParameterDescription {
  return {
    name: 'mode',
    shortdesc: 'How much is checked: partial or full',
    longdesc: [
      `partial: ${checks.partial}`,
      `full: ${checks.full} An essential part that is missing is a failure, a lesser trouble is reported as degraded with a reason.`,
      'A monitor operation with OCF_CHECK_LEVEL=10 checks as in full mode, whatever this parameter says.',
      `Default: full if the cluster has the tag ocf:${agent}:mode:full, else partial.`,
    ],
    type: 'string',
  };
}

/** What both agents need for the sweep, and where Ganeti lives. */
export const SWEEP_PARAMETERS: readonly ParameterDescription[] = [
  {
    name: 'evidence',
    shortdesc: 'Evidence needed to mark a node offline: fenced or lost',
    longdesc: [
      'fenced: a node is marked offline in Ganeti only after Pacemaker has fenced it successfully and while it is not back.',
      'lost: a node that left the membership without a clean shutdown, while this partition kept quorum, is marked offline without proof that it is dead. Its instances may then run twice. It is meant for clusters that cannot fence.',
      'Set it to the same value in ganeti-master and ganeti-node, or use the tag, which holds for both.',
      'Default: the value of the cluster tag ocf:node-offline:evidence:fenced or ocf:node-offline:evidence:lost, else fenced.',
    ],
    type: 'string',
  },
  {
    name: 'max_offline',
    shortdesc: 'How many nodes may be marked offline within ten minutes',
    longdesc: [
      'A count, such as 2, or a fraction of all nodes of the Ganeti cluster, such as 1/3. Nodes beyond it are left as they are and the reason is reported, so that an error in the fencing or in the network cannot take a whole cluster out of service.',
      'Set it to the same value in ganeti-master and ganeti-node, or use the tag, which holds for both.',
      'Default: the value of the cluster tag ocf:node-offline:max:VALUE, else fewer than half of the nodes, but at least one.',
    ],
    type: 'string',
  },
  {
    name: 'data_dir',
    shortdesc: "Ganeti's data directory",
    longdesc: [
      'The directory that holds the ssconf files and the cluster certificates of Ganeti. Default: /var/lib/ganeti.',
    ],
    type: 'string',
    default: '/var/lib/ganeti',
  },
  {
    name: 'run_dir',
    shortdesc: "Ganeti's run directory",
    longdesc: ['The directory that holds the sockets of the Ganeti daemons. Default: /var/run/ganeti.'],
    type: 'string',
    default: '/var/run/ganeti',
  },
];
