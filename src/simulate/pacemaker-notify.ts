import { callAgent } from './pacemaker-call.ts';
import { type Cluster, type Member, type Partition, recordOf, running } from './pacemaker-model.ts';
import type { NotifyLists } from './pacemaker-variables.ts';

/** One round of notifications of the clone; the transition waits until all have ended. */
export interface NotifyRound
  extends Pick<NotifyLists, 'type' | 'operation' | 'key' | 'start' | 'stop' | 'active'> {
  readonly to: readonly string[];
}

/** Notify results are recorded nowhere, and a lost notification is never repeated. */
export async function tellAll(cluster: Cluster, partition: Partition, round: NotifyRound): Promise<void> {
  const here = running(partition, cluster.members);
  const { to, ...lists } = round;
  const all = [...partition.nodes.values()].map(({ member }) => member.name);
  const inactive = [...partition.nodes.values()]
    .filter(({ history }) => !recordOf(history, 'ganeti-node').active)
    .map(({ member }) => member.name);
  const available = here.map(({ name }) => name);
  const whole: NotifyLists = { ...lists, inactive, available, all };
  await Promise.all(
    here.filter(({ name }) => to.includes(name)).map((member) => tellOne(cluster, member, whole)),
  );
}

async function tellOne(cluster: Cluster, member: Member, lists: NotifyLists): Promise<void> {
  const { type, operation, key } = lists;
  const names = operation === 'stop' ? lists.stop : lists.start;
  const fate = cluster.faults.notify?.({ node: member.name, type, operation, key, names }) ?? 'deliver';
  const text = `pacemaker: notify ${type}/${operation} ${names.join(' ')} (${key})`;
  if (fate === 'lose') {
    cluster.world.log(member.host, `${text} lost`);
    return;
  }
  if (fate === 'twice') cluster.world.log(member.host, `${text} delivered twice`);
  else if (cluster.tellNotifies) cluster.world.log(member.host, text);
  for (let times = fate === 'twice' ? 2 : 1; times > 0; times--) {
    const call = callAgent(cluster, member, 'ganeti-node', 'notify', { lists });
    member.calls.add(call);
    await call;
    member.calls.delete(call);
  }
}
