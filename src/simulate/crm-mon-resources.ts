import type { Configuration, NodeStatus, Partition, ResourceId } from './pacemaker-model.ts';
import { recordOf } from './pacemaker-model.ts';

const FLAGS =
  'orphaned="false" blocked="false" managed="true" failed="false" failure_ignored="false" nodes_running_on';

/** `crm_mon --exclude=all --include=resources` (2.1.5): where the roles are active, as the partition has it. */
export function crmMonResourcesXml({ nodes }: Partition, configuration: Configuration): string {
  const promotable = configuration.masterForm === 'promotable';
  const active = (resource: ResourceId): readonly NodeStatus[] =>
    [...nodes.values()].filter(({ history }) => recordOf(history, resource).active);
  const roleOf = ({ history }: NodeStatus): string => {
    if (!promotable) return 'Started';
    return recordOf(history, 'ganeti-master').promoted ? 'Promoted' : 'Unpromoted';
  };
  const clones = active('ganeti-node').map((one) => instance('ganeti-node', 'ganeti-node', 'Started', one));
  const agent = promotable ? 'ganeti-master-promotable' : 'ganeti-master';
  const masters = active('ganeti-master').map((one) => instance('ganeti-master', agent, roleOf(one), one));
  const stopped = [instance('ganeti-master', agent, 'Stopped', undefined)];
  return `<pacemaker-result api-version="2.25" request="crm_mon --one-shot --output-as=xml --exclude=all --include=resources">
  <resources>
${clone('ganeti-node-clone', false, clones)}
${promotable ? clone('ganeti-master-clone', true, masters) : (masters.length === 0 ? stopped : masters).join('\n')}
  </resources>
  <status code="0" message="OK"/>
</pacemaker-result>
`;
}

function clone(id: string, multiState: boolean, instances: readonly string[]): string {
  return `    <clone id="${id}" multi_state="${multiState}" unique="false" managed="true" disabled="false" failed="false" failure_ignored="false">
${instances.join('\n')}
    </clone>`;
}

function instance(id: ResourceId, agent: string, role: string, on: NodeStatus | undefined): string {
  const head = `<resource id="${id}" resource_agent="ocf:ganeti:${agent}" role="${role}" active="${on !== undefined}"`;
  if (on === undefined) return `    ${head} ${FLAGS}="0"/>`;
  const { name, id: number } = on.member;
  return `    ${head} ${FLAGS}="1">
      <node name="${name}" id="${number}" cached="true"/>
    </resource>`;
}
