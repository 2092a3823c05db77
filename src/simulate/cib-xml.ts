import { CIB_FILE } from '../pacemaker/cib-file.ts';
import type { Cluster, Configuration, Member } from './pacemaker-model.ts';

/** Writes the configuration to a member's disk, as its CIB manager does on each change of it. */
export function writeCib({ configuration, members }: Cluster, member: Member): void {
  const nodes = members.map(({ name, id }) => {
    const pairs = [...(configuration.permanent.get(name) ?? [])];
    return `<node id="${id}" uname="${name}"><instance_attributes id="nodes-${id}">${nvpairs(`nodes-${id}`, pairs)}</instance_attributes></node>`;
  });
  const text = `<cib crm_feature_set="3.16.1" epoch="${configuration.epoch + member.properties.version}" num_updates="0" admin_epoch="0"><configuration>${crmConfigXml(configuration, member)}<nodes>${nodes.join('')}</nodes>${resourcesXml(configuration)}</configuration></cib>\n`;
  const before = member.host.disk.read(CIB_FILE);
  if (before.kind !== 'text' || before.text !== text) member.host.disk.put(CIB_FILE, text, { mode: 0o600 });
}

/** As much of the resources as tells that they are there. */
function resourcesXml({ configured }: Configuration): string {
  if (!configured) return '<resources/>';
  const types = ['ganeti-node', 'ganeti-master'];
  const primitives = types.map(
    (type) => `<primitive id="${type}" class="ocf" provider="ganeti" type="${type}"/>`,
  );
  return `<resources>${primitives.join('')}</resources>`;
}

/** The cluster options, and the sets of properties that others than Pacemaker keep beside them. */
export function crmConfigXml(configuration: Configuration, { properties }: Member): string {
  const options = {
    'stonith-enabled': String(configuration.stonithEnabled),
    'stonith-action': configuration.stonithAction,
    'no-quorum-policy': configuration.noQuorumPolicy,
    'maintenance-mode': String(configuration.maintenanceMode),
  };
  const sets = [...properties.sets].map(([id, set]) => propertySet(id, [...set]));
  return `<crm_config>${propertySet('cib-bootstrap-options', Object.entries(options))}${sets.join('')}</crm_config>`;
}

/** Sets or deletes a property on all members of a partition: they have one configuration. */
export function setProperty(
  members: readonly Member[],
  set: string,
  name: string,
  value: string | undefined,
): void {
  const { version, sets } = newestProperties(members);
  const pairs = new Map(sets.get(set));
  if (value === undefined) pairs.delete(name);
  else pairs.set(name, value);
  const properties = { version: version + 1, sets: new Map([...sets, [set, pairs]]) };
  for (const member of members) member.properties = properties;
}

/** Of members that meet the newest configuration becomes that of all. */
export function shareProperties(members: readonly Member[]): void {
  const properties = newestProperties(members);
  for (const member of members) member.properties = properties;
}

function newestProperties(members: readonly Member[]): Member['properties'] {
  const [newest] = members.map(({ properties }) => properties).toSorted((a, b) => b.version - a.version);
  return newest ?? { version: 0, sets: new Map() };
}

function propertySet(id: string, pairs: readonly (readonly [string, string])[]): string {
  return `<cluster_property_set id="${id}">${nvpairs(id, pairs)}</cluster_property_set>`;
}

function nvpairs(id: string, pairs: readonly (readonly [string, string])[]): string {
  return pairs
    .map(([name, value]) => `<nvpair id="${id}-${name}" name="${name}" value="${quoted(value)}"/>`)
    .join('');
}

export function quoted(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
