import { CIB_FILE } from '../pacemaker/cib-file.ts';
import type { Cluster, Member } from './pacemaker-model.ts';

/** Writes the configuration to a member's disk, as its CIB manager does on each change of it. */
export function writeCib({ configuration }: Cluster, { host }: Member, members: readonly Member[]): void {
  const nodes = members.map(({ name, id }) => {
    const pairs = [...(configuration.permanent.get(name) ?? [])];
    const lines = pairs.map(
      ([key, value]) => `<nvpair id="nodes-${id}-${key}" name="${key}" value="${value}"/>`,
    );
    return `<node id="${id}" uname="${name}"><instance_attributes id="nodes-${id}">${lines.join('')}</instance_attributes></node>`;
  });
  const { epoch, stonithEnabled, stonithAction } = configuration;
  host.disk.put(
    CIB_FILE,
    `<cib crm_feature_set="3.16.1" epoch="${epoch}" num_updates="0" admin_epoch="0"><configuration><crm_config><cluster_property_set id="cib-bootstrap-options"><nvpair id="stonith-enabled" name="stonith-enabled" value="${stonithEnabled}"/><nvpair id="stonith-action" name="stonith-action" value="${stonithAction}"/></cluster_property_set></crm_config><nodes>${nodes.join('')}</nodes></configuration></cib>\n`,
    { mode: 0o600 },
  );
}
