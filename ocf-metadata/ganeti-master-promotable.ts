import type { AgentDescription } from '../src/ocf/metadata.ts';
import { ganetiMaster } from './ganeti-master.ts';

/** A node that is no candidate is unpromoted here, which is no error whatever one thinks of it. */
const NOT_HERE = ['non_candidate'];

/** `ocf:ganeti:ganeti-master-promotable`. */
export const ganetiMasterPromotable: AgentDescription = {
  name: 'ganeti-master-promotable',
  shortdesc: 'The Ganeti master role as the promoted one of a clone, handed over with the job queue drained',
  longdesc: [
    'Resource agent for the master role of a Ganeti cluster as a promotable clone, in place of the primitive ocf:ganeti:ganeti-master; use one of the two. It runs together with a clone of ocf:ganeti:ganeti-node on all nodes, with promoted-max=1 and without notify.',
    'start makes a node ready, unpromoted. Master candidates get a promotion score by the serial number of their cluster configuration and the health of their daemons; a node that is no candidate is plainly unpromoted and has no score, so it is never promoted and needs no location rule.',
    'promote makes this node the Ganeti master, with everything that start of the primitive demands: Pacemaker quorum, no older configuration than another candidate has, and no override of the vote of the other nodes but where too few are left to give it and the old master was fenced.',
    'demote gives the role up. With quorum it first drains the job queue and lets running jobs end, until 20 seconds before its own timeout. A job that still runs then is not killed, but fails when it next needs the daemons of the old master; give demote a timeout that is longer than your longest job. A job that is queued goes on under the next master. The queue is undrained by the new master; where no other takes the role, by this node after five minutes. The drain of an administrator is kept: the failover of Ganeti itself ends any drain, and the new master drains the queue again, unless the old master is dead.',
    'stop succeeds in every state and withdraws the score. Without quorum stop and demote also stop the master daemons, so that a master that was cut off cannot go on beside its successor.',
    'monitor tells whether this node is promoted, unpromoted or neither. It never answers what it does not know: doubt is an error with a reason. It also keeps the promotion score up to date.',
    'After a gnt-cluster master-failover by hand Pacemaker follows by the scores.',
    'Check level 0 of monitor works as the parameter mode says; OCF_CHECK_LEVEL=10 equals full mode. validate-all checks the parameters at level 0 and this machine as well at level 10.',
  ],
  parameters: ganetiMaster.parameters.filter(({ name }) => !NOT_HERE.includes(name)),
  actions: [
    { name: 'start', timeoutSeconds: 60 },
    { name: 'promote', timeoutSeconds: 300 },
    { name: 'demote', timeoutSeconds: 300 },
    { name: 'stop', timeoutSeconds: 60 },
    // Pacemaker tells operations apart by name and interval, so the two must differ.
    { name: 'monitor', timeoutSeconds: 30, intervalSeconds: 20, role: 'Promoted', depth: 0 },
    { name: 'monitor', timeoutSeconds: 30, intervalSeconds: 25, role: 'Unpromoted', depth: 0 },
    { name: 'meta-data', timeoutSeconds: 10 },
    { name: 'validate-all', timeoutSeconds: 20 },
  ],
  examples: {
    crmsh: `primitive ganeti-master ocf:ganeti:ganeti-master-promotable \\
    op start timeout=60s interval=0 op stop timeout=60s interval=0 \\
    op promote timeout=300s interval=0 op demote timeout=300s interval=0 \\
    op monitor role=Promoted interval=20s timeout=30s \\
    op monitor role=Unpromoted interval=25s timeout=30s \\
    meta migration-threshold=3 failure-timeout=600s
clone ganeti-master-clone ganeti-master \\
    meta promotable=true promoted-max=1 notify=false interleave=true`,
    pcs: `pcs resource create ganeti-master ocf:ganeti:ganeti-master-promotable \\
    op start timeout=60s op stop timeout=60s \\
    op promote timeout=300s op demote timeout=300s \\
    op monitor role=Promoted interval=20s timeout=30s \\
    op monitor role=Unpromoted interval=25s timeout=30s \\
    meta migration-threshold=3 failure-timeout=10min \\
    promotable promoted-max=1 notify=false interleave=true`,
  },
};
