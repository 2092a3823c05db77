import type { AgentDescription } from '../src/ocf/metadata.ts';
import { modeParameter, SWEEP_PARAMETERS } from './parameters.ts';

/** `ocf:ganeti:ganeti-master`. */
export const ganetiMaster: AgentDescription = {
  name: 'ganeti-master',
  shortdesc: 'Keeps the Ganeti master role on one healthy master candidate',
  longdesc: [
    'Resource agent for the master role of a Ganeti cluster. It is a primitive that runs on one node, together with a clone of ocf:ganeti:ganeti-node on all nodes.',
    'start makes this node the Ganeti master. It needs Pacemaker quorum and a node that Ganeti lists as master candidate, and it refuses to take the role with an older configuration than another candidate has. The vote of the other nodes is left out only where too few are left to give it and the old master was fenced. The result is judged by the state that was reached.',
    'stop gives the role up on this node. It succeeds in every state. Without quorum it also stops the master daemons, so that a master that was cut off cannot go on beside its successor.',
    'monitor tells whether this node holds the role. It never answers "not running" or "running" when it does not know: doubt is an error with a reason.',
    'The agent publishes two node attributes for location rules: ganeti-master-candidate (true or false), and ganeti-master-moved (true) on the node to which an administrator has moved the role with gnt-cluster master-failover, so that Pacemaker follows.',
    'When the role has moved, nodes that were fenced are marked offline in Ganeti.',
    'Check level 0 of monitor works as the parameter mode says; OCF_CHECK_LEVEL=10 equals full mode. validate-all checks the parameters at level 0 and this machine as well at level 10.',
  ],
  parameters: [
    modeParameter('ganeti-master', {
      partial:
        'only whether this node holds the master role is checked; a daemon that died does not move the role.',
      full: 'it is also checked that luxid, wconfd and rapi answer, each in its own protocol, that the master IP address is on an interface of this node and the job queue is not drained.',
    }),
    {
      name: 'stop_mode',
      shortdesc: 'What stop does: auto, release or daemons',
      longdesc: [
        'release: the role is released in the eyes of the cluster and stop returns at once. The Ganeti master daemons go on until another node takes the role.',
        'daemons: the Ganeti master daemons and the master IP address are stopped as well.',
        'auto: release while this partition has quorum, daemons without quorum.',
        'Default: auto.',
      ],
      type: 'string',
      default: 'auto',
    },
    {
      name: 'non_candidate',
      shortdesc: 'What monitor says on a node that is no master candidate: stopped or error',
      longdesc: [
        'stopped: a node that is no master candidate is simply not running the role. The node attribute ganeti-master-candidate=false keeps Pacemaker from trying to start it there.',
        'error: monitor reports an error on such a node.',
        'Default: stopped.',
      ],
      type: 'string',
      default: 'stopped',
    },
    {
      name: 'stale_config',
      shortdesc: 'Start while the configuration of a living candidate is unknown: refuse or allow',
      longdesc: [
        'Before a node takes the role, it compares the serial number of its cluster configuration with that of the other candidates. If it took the role with an older configuration, the changes made since would be lost.',
        'refuse: start fails while another candidate that is up does not tell its serial number.',
        'allow: start goes on in that case.',
        'A newer configuration that can be reached is never overridden, whatever this parameter says.',
        'Default: refuse.',
      ],
      type: 'string',
      default: 'refuse',
    },
    ...SWEEP_PARAMETERS,
  ],
  actions: [
    { name: 'start', timeoutSeconds: 300 },
    { name: 'stop', timeoutSeconds: 60 },
    // Only depth 0: pcs copies every advertised operation, and one of depth 10 would switch full mode on.
    { name: 'monitor', timeoutSeconds: 30, intervalSeconds: 20, depth: 0 },
    { name: 'meta-data', timeoutSeconds: 10 },
    { name: 'validate-all', timeoutSeconds: 20 },
  ],
  examples: {
    crmsh: `primitive ganeti-master ocf:ganeti:ganeti-master \\
    op start timeout=300s interval=0 op stop timeout=60s interval=0 \\
    op monitor interval=20s timeout=30s \\
    meta resource-stickiness=1000 migration-threshold=3 failure-timeout=600s
colocation master-with-node inf: ganeti-master ganeti-node-clone
order node-before-master Optional: ganeti-node-clone:start ganeti-master:start
location master-on-candidates ganeti-master \\
    rule -inf: ganeti-master-candidate eq false
location master-follows-hand ganeti-master rule 5000: ganeti-master-moved eq true`,
    pcs: `pcs resource create ganeti-master ocf:ganeti:ganeti-master \\
    op start timeout=300s op stop timeout=60s \\
    op monitor interval=20s timeout=30s \\
    meta resource-stickiness=1000 migration-threshold=3 failure-timeout=10min
pcs constraint order start ganeti-node-clone then start ganeti-master kind=Optional
pcs constraint colocation add ganeti-master with ganeti-node-clone INFINITY
pcs constraint location ganeti-master rule score=-INFINITY \\
    ganeti-master-candidate eq false
pcs constraint location ganeti-master rule score=5000 \\
    ganeti-master-moved eq true`,
  },
};
