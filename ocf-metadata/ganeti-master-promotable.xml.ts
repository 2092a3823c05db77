// Generated from ganeti-master-promotable.ts by `npm run generate`; do not edit.
export default `<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="ganeti-master-promotable">
<version>1.1</version>
<longdesc lang="en">
Resource agent for the master role of a Ganeti cluster as a promotable clone, in place of the primitive ocf:ganeti:ganeti-master; use one of the two. It runs together with a clone of ocf:ganeti:ganeti-node on all nodes, with promoted-max=1 and without notify.

start makes a node ready, unpromoted. Master candidates get a promotion score by the serial number of their cluster configuration and the health of their daemons; a node that is no candidate is plainly unpromoted and has no score, so it is never promoted and needs no location rule.

promote makes this node the Ganeti master, with everything that start of the primitive demands: Pacemaker quorum, no older configuration than another candidate has, and no override of the vote of the other nodes but where too few are left to give it and the old master was fenced.

demote gives the role up. With quorum it first drains the job queue and lets running jobs end, until 20 seconds before its own timeout. A job that still runs then is not killed, but fails when it next needs the daemons of the old master; give demote a timeout that is longer than your longest job. A job that is queued goes on under the next master. The queue is undrained by the new master; where no other takes the role, by this node after five minutes. The drain of an administrator is kept: the failover of Ganeti itself ends any drain, and the new master drains the queue again, unless the old master is dead.

stop succeeds in every state and withdraws the score. Without quorum stop and demote also stop the master daemons, so that a master that was cut off cannot go on beside its successor.

monitor tells whether this node is promoted, unpromoted or neither. It never answers what it does not know: doubt is an error with a reason. It also keeps the promotion score up to date.

After a gnt-cluster master-failover by hand Pacemaker follows by the scores.

Check level 0 of monitor works as the parameter mode says; OCF_CHECK_LEVEL=10 equals full mode. validate-all checks the parameters at level 0 and this machine as well at level 10.
</longdesc>
<shortdesc lang="en">The Ganeti master role as the promoted one of a clone, handed over with the job queue drained</shortdesc>

<parameters>
<parameter name="mode" unique="0" required="0">
<longdesc lang="en">
partial: only whether this node holds the master role is checked; a daemon that died does not move the role.

full: it is also checked that luxid, wconfd and rapi answer, each in its own protocol, that the master IP address is on an interface of this node and the job queue is not drained. An essential part that is missing is a failure, a lesser trouble is reported as degraded with a reason.

A monitor operation with OCF_CHECK_LEVEL=10 checks as in full mode, whatever this parameter says.

Default: full if the cluster has the tag ocf:ganeti-master:mode:full, else partial.
</longdesc>
<shortdesc lang="en">How much is checked: partial or full</shortdesc>
<content type="string"/>
</parameter>

<parameter name="stop_mode" unique="0" required="0">
<longdesc lang="en">
release: the role is released in the eyes of the cluster and stop returns at once. The Ganeti master daemons go on until another node takes the role.

daemons: the Ganeti master daemons and the master IP address are stopped as well.

auto: release while this partition has quorum, daemons without quorum.

Default: auto.
</longdesc>
<shortdesc lang="en">What stop does: auto, release or daemons</shortdesc>
<content type="string" default="auto"/>
</parameter>

<parameter name="stale_config" unique="0" required="0">
<longdesc lang="en">
Before a node takes the role, it compares the serial number of its cluster configuration with that of the other candidates. If it took the role with an older configuration, the changes made since would be lost.

refuse: start fails while another candidate that is up does not tell its serial number.

allow: start goes on in that case.

A newer configuration that can be reached is never overridden, whatever this parameter says.

Default: refuse.
</longdesc>
<shortdesc lang="en">Start while the configuration of a living candidate is unknown: refuse or allow</shortdesc>
<content type="string" default="refuse"/>
</parameter>

<parameter name="evidence" unique="0" required="0">
<longdesc lang="en">
fenced: a node is marked offline in Ganeti only after Pacemaker has fenced it successfully and while it is not back.

lost: a node that left the membership without a clean shutdown, while this partition kept quorum, is marked offline without proof that it is dead. Its instances may then run twice. It is meant for clusters that cannot fence.

Set it to the same value in ganeti-master and ganeti-node, or use the tag, which holds for both.

Default: the value of the cluster tag ocf:node-offline:evidence:fenced or ocf:node-offline:evidence:lost, else fenced.
</longdesc>
<shortdesc lang="en">Evidence needed to mark a node offline: fenced or lost</shortdesc>
<content type="string"/>
</parameter>

<parameter name="max_offline" unique="0" required="0">
<longdesc lang="en">
A count, such as 2, or a fraction of all nodes of the Ganeti cluster, such as 1/3. Nodes beyond it are left as they are and the reason is reported, so that an error in the fencing or in the network cannot take a whole cluster out of service.

Set it to the same value in ganeti-master and ganeti-node, or use the tag, which holds for both.

Default: the value of the cluster tag ocf:node-offline:max:VALUE, else fewer than half of the nodes, but at least one.
</longdesc>
<shortdesc lang="en">How many nodes may be marked offline within ten minutes</shortdesc>
<content type="string"/>
</parameter>

<parameter name="on_return" unique="0" required="0">
<longdesc lang="en">
hold: it stays offline; the monitor on the master is degraded and names the remedy, gnt-ha readmit.

readmit: it is taken back once it has been sound for readmit_after seconds, if these agents marked it offline, nobody has changed it in Ganeti since, and nothing that gnt-ha readmit checks speaks against it. At most once a day for each node.

Set it to the same value in ganeti-master and ganeti-node, or use the tag, which holds for both.

Default: the value of the cluster tag ocf:node-offline:on-return:hold or ocf:node-offline:on-return:readmit, else hold.
</longdesc>
<shortdesc lang="en">What becomes of a node that is back while Ganeti has it offline: hold or readmit</shortdesc>
<content type="string"/>
</parameter>

<parameter name="readmit_after" unique="0" required="0">
<longdesc lang="en">
Only with on_return=readmit: 60 to 86400 seconds in which the node is a member of which nothing is to be remarked, and no other node joins or leaves.

Default: the value of the cluster tag ocf:node-offline:readmit-after:SECONDS, else 600.
</longdesc>
<shortdesc lang="en">Seconds of uninterrupted health after which a returned node is taken back</shortdesc>
<content type="string"/>
</parameter>

<parameter name="data_dir" unique="0" required="0">
<longdesc lang="en">The directory that holds the ssconf files and the cluster certificates of Ganeti. Default: /var/lib/ganeti.</longdesc>
<shortdesc lang="en">Ganeti's data directory</shortdesc>
<content type="string" default="/var/lib/ganeti"/>
</parameter>

<parameter name="run_dir" unique="0" required="0">
<longdesc lang="en">The directory that holds the sockets of the Ganeti daemons. Default: /var/run/ganeti.</longdesc>
<shortdesc lang="en">Ganeti's run directory</shortdesc>
<content type="string" default="/var/run/ganeti"/>
</parameter>

</parameters>

<actions>
<action name="start" timeout="60s"/>
<action name="promote" timeout="300s"/>
<action name="demote" timeout="300s"/>
<action name="stop" timeout="60s"/>
<action name="monitor" timeout="30s" interval="20s" role="Promoted" depth="0"/>
<action name="monitor" timeout="30s" interval="25s" role="Unpromoted" depth="0"/>
<action name="meta-data" timeout="10s"/>
<action name="validate-all" timeout="20s"/>
</actions>
</resource-agent>
`;
