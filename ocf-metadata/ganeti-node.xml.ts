// Generated from ganeti-node.ts by `npm run generate`; do not edit.
export default `<?xml version="1.0"?>
<!DOCTYPE resource-agent SYSTEM "ra-api-1.dtd">
<resource-agent name="ganeti-node">
<version>1.1</version>
<longdesc lang="en">
Resource agent for the node role of a Ganeti cluster. It is a clone with notify=true that runs on all nodes.

Where this node is the Ganeti master, notify and every recurring monitor look at all nodes of the Ganeti cluster and mark those offline that are proven dead: by default those that Pacemaker has fenced and that are not back. A node that was shut down cleanly, is in standby or in maintenance, or whose resources were moved is never marked offline, nor is the master or a node of the membership. Nothing is done without quorum, nor beyond the limit of max_offline.

start, stop and monitor keep the state of the clone instance; the Ganeti daemons are left alone, except that in full mode start restarts a node daemon or configuration daemon that does not answer.

monitor reports the resource as degraded, with a reason, if the clone lacks notify=true, if fencing is off although it is the evidence asked for, or if this node is marked offline in Ganeti.

The cluster tags ocf:node-offline:use-powercycle and ocf:node-offline:use-poweroff ask for a power cycle or power off, through Ganeti, of a node that is marked offline. They are best effort.

Check level 0 of monitor works as the parameter mode says; OCF_CHECK_LEVEL=10 equals full mode. validate-all checks the parameters at level 0 and this machine as well at level 10.
</longdesc>
<shortdesc lang="en">Stands for a Ganeti node and marks dead nodes offline in Ganeti</shortdesc>

<parameters>
<parameter name="mode" unique="0" required="0">
<longdesc lang="en">
partial: the resource runs as long as the node is up; a daemon that died does not stop it.

full: it is also checked that noded answers, and confd where the configuration is; trouble with mond, metad or kvmd, a confd with an old configuration and a full disk are reported as degraded. An essential part that is missing is a failure, a lesser trouble is reported as degraded with a reason.

A monitor operation with OCF_CHECK_LEVEL=10 checks as in full mode, whatever this parameter says.

Default: full if the cluster has the tag ocf:ganeti-node:mode:full, else partial.
</longdesc>
<shortdesc lang="en">How much is checked: partial or full</shortdesc>
<content type="string"/>
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
<action name="stop" timeout="60s"/>
<action name="monitor" timeout="30s" interval="20s" depth="0"/>
<action name="notify" timeout="60s"/>
<action name="meta-data" timeout="10s"/>
<action name="validate-all" timeout="20s"/>
</actions>
</resource-agent>
`;
