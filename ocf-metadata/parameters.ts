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
    name: 'on_return',
    shortdesc: 'What becomes of a node that is back while Ganeti has it offline: hold or readmit',
    longdesc: [
      'hold: it stays offline; the monitor on the master is degraded and names the remedy, gnt-ha readmit.',
      'readmit: it is taken back once it has been sound for readmit_after seconds, if these agents marked it offline, nobody has changed it in Ganeti since, and nothing that gnt-ha readmit checks speaks against it. At most once a day for each node.',
      'Set it to the same value in ganeti-master and ganeti-node, or use the tag, which holds for both.',
      'Default: the value of the cluster tag ocf:node-offline:on-return:hold or ocf:node-offline:on-return:readmit, else hold.',
    ],
    type: 'string',
  },
  {
    name: 'readmit_after',
    shortdesc: 'Seconds of uninterrupted health after which a returned node is taken back',
    longdesc: [
      'Only with on_return=readmit: 60 to 86400 seconds in which the node is a member of which nothing is to be remarked, and no other node joins or leaves.',
      'Default: the value of the cluster tag ocf:node-offline:readmit-after:SECONDS, else 600.',
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
