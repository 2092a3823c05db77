import { quoted } from './cib-xml.ts';
import { STORY_BEGINS_MS } from './env.ts';
import { devicesOn } from './pacemaker-devices.ts';
import { flagsOf } from './pacemaker-flags.ts';
import {
  type Configuration,
  type FencingEvent,
  type Member,
  type NodeStatus,
  type Partition,
  RESOURCES,
  recordOf,
} from './pacemaker-model.ts';

const REQUEST =
  'crm_mon --one-shot --output-as=xml --exclude=all --include=dc,options,nodes,attributes,fencing --fence-history=3';
const VERSION = '2.1.5-a3f44794f94';

export const DISCONNECTED = `<pacemaker-result api-version="2.25" request="${REQUEST}">
  <status code="102" message="Not connected">
    <errors>
      <error>error: Could not connect to launcher: Connection refused</error>
      <error>crm_mon: Connection to cluster failed: Connection refused</error>
    </errors>
  </status>
</pacemaker-result>
`;

/** What a member's crm_mon prints (2.1.5), from its partition's status section and its own fencer's history. */
export function crmMonXml(
  partition: Partition,
  configuration: Configuration,
  member: Member,
  nowMs: number,
): string {
  const { dc, quorate } = partition;
  const nodes = [...partition.nodes.values()];
  const designated =
    dc === undefined
      ? '<current_dc present="false"/>'
      : `<current_dc present="true" version="${VERSION}" name="${dc.name}" id="${dc.id}" with_quorum="${quorate}" mixed_version="false"/>`;
  return `<pacemaker-result api-version="2.25" request="${REQUEST}">
  <pacemakerd sys_from="pacemakerd" state="running" last_updated="${timeText(STORY_BEGINS_MS + nowMs)}"/>
  <summary>
    ${designated}
    <cluster_options stonith-enabled="${configuration.stonithEnabled}" symmetric-cluster="true" no-quorum-policy="${configuration.noQuorumPolicy}" maintenance-mode="${configuration.maintenanceMode}" stop-all-resources="false" stonith-timeout-ms="60000" priority-fencing-delay-ms="0"/>
  </summary>
  <nodes>
${nodes.map((status) => nodeLine(status, configuration, partition)).join('\n')}
  </nodes>
${attributesPart(nodes, configuration)}${historyXml(member.fencings)}  <status code="0" message="OK"/>
</pacemaker-result>
`;
}

function nodeLine(status: NodeStatus, configuration: Configuration, { dc, devices }: Partition): string {
  const { member, history, crmd, inCcm } = status;
  const flags = flagsOf(status, configuration);
  const agents = RESOURCES.filter((resource) => recordOf(history, resource).active).length;
  const active = flags.counts ? agents + devicesOn(devices, member.name) : 0;
  const featureSet = crmd ? ' feature_set="3.16.1"' : inCcm ? ' feature_set="&lt;3.15.1"' : '';
  return `    <node name="${member.name}" id="${member.id}" online="${flags.online}" standby="${flags.standby}" standby_onfail="false" maintenance="${flags.maintenance}" pending="${flags.pending}" unclean="${flags.unclean}" health="green"${featureSet} shutdown="${flags.shutdown}" expected_up="${flags.expectedUp}" is_dc="${member === dc}" resources_running="${active}" type="member"/>`;
}

/** Of online nodes only, and `standby` is left out (pe_output.c, node_attribute_list). */
function attributesPart(nodes: readonly NodeStatus[], configuration: Configuration): string {
  const shown = nodes.flatMap((status) => {
    if (!flagsOf(status, configuration).online || !status.crmd) return [];
    const { member } = status;
    const permanent = configuration.permanent.get(member.name) ?? new Map<string, string>();
    const all = [...permanent, ...member.attributes].filter(([name]) => name !== 'standby').toSorted();
    if (all.length === 0) return [];
    const lines = all.map(
      ([name, value]) => `      <attribute name="${quoted(name)}" value="${quoted(value)}"/>`,
    );
    return [`    <node name="${member.name}">\n${lines.join('\n')}\n    </node>`];
  });
  return shown.length === 0 ? '' : `  <node_attributes>\n${shown.join('\n')}\n  </node_attributes>\n`;
}

/** The newest first, those under way before all. */
export function historyXml(fencings: readonly FencingEvent[]): string {
  if (fencings.length === 0) return '';
  const sorted = fencings.toReversed();
  const ordered = [
    ...sorted.filter(({ status }) => status === 'pending'),
    ...sorted.filter(({ status }) => status !== 'pending'),
  ];
  return `  <fence_history>\n${ordered.map(eventLine).join('\n')}\n  </fence_history>\n`;
}

function eventLine(event: FencingEvent): string {
  const { action, target, client, origin, status, delegate, completedMs } = event;
  const end =
    completedMs === undefined
      ? ' extended-status="0"'
      : ` delegate="${delegate}" completed="${timeText(completedMs)}"`;
  return `    <fence_event action="${action}" target="${target}" client="${client}" origin="${origin}" status="${status}"${end}/>`;
}

function timeText(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}
