import type { AgentDescription } from '../src/ocf/metadata.ts';
import { modeParameter, SWEEP_PARAMETERS } from './parameters.ts';

/** `ocf:ganeti:ganeti-node`. */
export const ganetiNode: AgentDescription = {
  name: 'ganeti-node',
  shortdesc: 'Stands for a Ganeti node and marks dead nodes offline in Ganeti',
  longdesc: [
    'Resource agent for the node role of a Ganeti cluster. It is a clone with notify=true that runs on all nodes.',
    'Where this node is the Ganeti master, notify and every recurring monitor look at all nodes of the Ganeti cluster and mark those offline that are proven dead: by default those that Pacemaker has fenced and that are not back. A node that was shut down cleanly, is in standby or in maintenance, or whose resources were moved is never marked offline, nor is the master or a node of the membership. Nothing is done without quorum, nor beyond the limit of max_offline.',
    'start, stop and monitor keep the state of the clone instance; the Ganeti daemons are left alone, except that in full mode start restarts a node daemon or configuration daemon that does not answer.',
    'monitor reports the resource as degraded, with a reason, if the clone lacks notify=true, if fencing is off although it is the evidence asked for, or if this node is marked offline in Ganeti.',
    'The cluster tags ocf:node-offline:use-powercycle and ocf:node-offline:use-poweroff ask for a power cycle or power off, through Ganeti, of a node that is marked offline. They are best effort.',
    'Check level 0 of monitor works as the parameter mode says; OCF_CHECK_LEVEL=10 equals full mode. validate-all checks the parameters at level 0 and this machine as well at level 10.',
  ],
  parameters: [
    modeParameter('ganeti-node', {
      partial: 'the resource runs as long as the node is up; a daemon that died does not stop it.',
      full: 'it is also checked that noded answers, and confd where the configuration is; trouble with mond, metad or kvmd, a confd with an old configuration and a full disk are reported as degraded.',
    }),
    ...SWEEP_PARAMETERS,
  ],
  actions: [
    { name: 'start', timeoutSeconds: 60 },
    { name: 'stop', timeoutSeconds: 60 },
    // Only depth 0: pcs copies every advertised operation, and one of depth 10 would switch full mode on.
    { name: 'monitor', timeoutSeconds: 30, intervalSeconds: 20, depth: 0 },
    { name: 'notify', timeoutSeconds: 60 },
    { name: 'meta-data', timeoutSeconds: 10 },
    { name: 'validate-all', timeoutSeconds: 20 },
  ],
  examples: {
    crmsh: `primitive ganeti-node ocf:ganeti:ganeti-node \\
    op start timeout=60s interval=0 op stop timeout=60s interval=0 \\
    op monitor interval=20s timeout=30s op notify timeout=60s interval=0
clone ganeti-node-clone ganeti-node meta notify=true interleave=true`,
    pcs: `pcs resource create ganeti-node ocf:ganeti:ganeti-node \\
    op start timeout=60s op stop timeout=60s \\
    op monitor interval=20s timeout=30s op notify timeout=60s \\
    clone notify=true interleave=true`,
  },
};
