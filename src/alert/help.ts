/** What a person who calls the alert agent by hand is told. */
export const ALERT_HELP = `usage: alert_ganeti [--help]

Pacemaker's alert agent for Ganeti. Pacemaker calls it, as user hacluster and with the CRM_alert_* variables, on every
node that sees the event. Fencings and changes of membership are recorded in /run/ganeti-ha/spool; other alerts are
passed over. On the Ganeti master a fencing also wakes the sweep of ocf:ganeti:ganeti-node at once, so that a dead node
is marked offline although the clone has no notify=true, or the node was in maintenance mode. An alert is a hint, never
a proof: what is done is decided by the sweep alone.

    pcs alert create path=/usr/lib/ganeti-ha/alert_ganeti id=ganeti-ha

Option of the alert (pcs: "options NAME=VALUE"):
  data_dir   where Ganeti keeps its data (default /var/lib/ganeti)

Exit code: 0 done, 1 not recorded (Pacemaker's log has the reason), 64 not called by Pacemaker.
`;
