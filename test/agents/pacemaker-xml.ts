/** One node in a made-up answer of `crm_mon`; what is not said is the healthy value. */
export interface MonNode {
  readonly name: string;
  readonly online?: boolean;
  readonly pending?: boolean;
  readonly unclean?: boolean;
  readonly standby?: boolean;
  readonly maintenance?: boolean;
  readonly shutdown?: boolean;
  readonly expectedUp?: boolean;
  readonly attributes?: Readonly<Record<string, string>>;
}

export interface MonFencing {
  readonly target: string;
  readonly action?: 'off' | 'reboot';
  readonly status?: 'success' | 'failed' | 'pending';
  readonly completed?: Date;
}

export interface MonPicture {
  readonly nodes: readonly MonNode[];
  readonly fencings?: readonly MonFencing[];
  readonly quorum?: boolean;
  readonly stonith?: boolean;
  /** The node that has the resource ganeti-master. */
  readonly masterOn?: string;
}

/** The answer of `crm_mon --output-as=xml` of Pacemaker 2.1.5, as far as it is read. */
export function crmMonXml({
  nodes,
  fencings = [],
  quorum = true,
  stonith = true,
  masterOn,
}: MonPicture): string {
  return `<?xml version="1.0"?>
<pacemaker-result api-version="2.25" request="crm_mon --output-as=xml">
  <summary>
    <current_dc present="true" version="2.1.5" name="${nodes[0]?.name}" id="1" with_quorum="${quorum}" mixed_version="false"/>
    <cluster_options stonith-enabled="${stonith}" symmetric-cluster="true" no-quorum-policy="stop" maintenance-mode="false" stop-all-resources="false" stonith-timeout-ms="60000" priority-fencing-delay-ms="0"/>
  </summary>
  <nodes>
${nodes.map(node).join('\n')}
  </nodes>
${masterOn === undefined ? '' : masterResource(masterOn)}
  <node_attributes>
${nodes.map(attributes).join('\n')}
  </node_attributes>
  <fence_history status="0">
${fencings.map(fencing).join('\n')}
  </fence_history>
  <status code="0" message="OK"/>
</pacemaker-result>
`;
}

function masterResource(name: string): string {
  return `  <resources><resource id="ganeti-master" resource_agent="ocf:ganeti:ganeti-master" role="Started" active="true" nodes_running_on="1"><node name="${name}" id="1" cached="true"/></resource></resources>`;
}

function node(shown: MonNode, index: number): string {
  const { name, online = true, pending = false, unclean = false, standby = false } = shown;
  const { maintenance = false, shutdown = false, expectedUp = online } = shown;
  return `    <node name="${name}" id="${index + 1}" online="${online}" standby="${standby}" standby_onfail="false" maintenance="${maintenance}" pending="${pending}" unclean="${unclean}" health="green" feature_set="3.16.2" shutdown="${shutdown}" expected_up="${expectedUp}" is_dc="${index === 0}" resources_running="1" type="member"/>`;
}

function attributes({ name, online = true, attributes: own = {} }: MonNode): string {
  if (!online) return '';
  const lines = Object.entries(own).map(([key, value]) => `<attribute name="${key}" value="${value}"/>`);
  return `    <node name="${name}">${lines.join('')}</node>`;
}

function fencing({ target, action = 'off', status = 'success', completed = new Date() }: MonFencing): string {
  const time = completed.toISOString().slice(0, 19).replace('T', ' ');
  const ended = status === 'pending' ? '' : ` completed="${time}Z"`;
  return `    <fence_event status="${status}" action="${action}" target="${target}" client="pacemaker-controld.7" origin="h2" delegate="h2"${ended}/>`;
}
