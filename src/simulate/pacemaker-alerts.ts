import { STORY_BEGINS_MS } from './env.ts';
import type { Cluster, FencingEvent, Member } from './pacemaker-model.ts';

/** Pacemaker's default for an alert agent. */
const TIMEOUT_MS = 30_000;
/** The user hacluster of Debian; all that matters is that it is not root. */
const HACLUSTER = 105;

/** Tells the alert agents on one member of a node that came or went. */
export function alertNode(
  cluster: Cluster,
  on: Member,
  node: { readonly name: string; readonly id: number },
  desc: 'member' | 'lost',
): void {
  alert(cluster, on, { kind: 'node', node: node.name, nodeid: String(node.id), desc });
}

export function alertFencing(cluster: Cluster, on: Member, event: FencingEvent): void {
  const ok = event.status === 'success';
  const desc = `Operation ${event.action} of ${event.target} by ${event.delegate} for ${event.client}@${event.origin}: ${ok ? 'OK' : 'No route to host'} (ref=${event.target}.${event.completedMs})`;
  alert(cluster, on, {
    kind: 'fencing',
    node: event.target,
    task: `st_notify_fence`,
    desc,
    rc: ok ? '0' : '-113',
  });
}

function alert(cluster: Cluster, on: Member, values: Readonly<Record<string, string>>): void {
  const { world, alerts } = cluster;
  for (const agent of alerts) {
    cluster.alertsSent++;
    const seconds = Math.floor((STORY_BEGINS_MS + world.clock.now() + on.host.skewMs) / 1000);
    const vars: Record<string, string> = {
      CRM_alert_version: '2.1.5',
      CRM_alert_node_sequence: String(cluster.alertsSent),
    };
    for (const [key, value] of Object.entries({
      ...values,
      timestamp_epoch: String(seconds),
      recipient: '',
    })) {
      vars[`CRM_alert_${key}`] = value;
    }
    world.start(on.host, { vars, timeoutMs: TIMEOUT_MS, uid: HACLUSTER, run: agent.run });
  }
}
