import { type Configuration, masterOf, type NodeEntry } from './ganeti-configuration.ts';

export type SsconfSet = readonly (readonly [key: string, text: string])[];

const sets = new WeakMap<Configuration, { readonly set: SsconfSet; readonly text: string }>();

/** All ssconf files of a configuration (src/Ganeti/WConfd/Ssconf.hs:88-134), and one text to compare the whole by. */
export function ssconfOf(config: Configuration): { readonly set: SsconfSet; readonly text: string } {
  const known = sets.get(config);
  if (known !== undefined) return known;
  const set = render(config);
  const rendered = { set, text: set.map(([key, text]) => `${key}\n${text}`).join('\0') };
  sets.set(config, rendered);
  return rendered;
}

function render(config: Configuration): SsconfSet {
  const { cluster } = config;
  const nodes = Object.values(config.nodes);
  const candidates = nodes.filter(
    ({ master_candidate: candidate, uuid }) => candidate || uuid === cluster.master_node,
  );
  const names = (some: readonly NodeEntry[]): readonly string[] => some.map(({ name }) => name);
  const addresses = nodes.map(({ name, primary_ip: address }) => `${name} ${address}`);
  const files: Readonly<Record<string, readonly string[]>> = {
    cluster_name: [cluster.cluster_name],
    cluster_tags: cluster.tags,
    enabled_user_shutdown: ['False'],
    file_storage_dir: [''],
    hypervisor_list: ['fake'],
    instance_list: Object.values(config.instances).map(({ name }) => name),
    maintain_node_health: ['False'],
    master_candidates: names(candidates),
    master_candidates_certs: candidates.map(({ uuid }) => `${uuid}=${certificateOf(uuid)}`),
    master_candidates_ips: candidates.map(({ primary_ip: address }) => address),
    master_ip: [cluster.master_ip],
    master_netdev: [cluster.master_netdev],
    master_netmask: ['32'],
    master_node: [masterOf(config)?.name ?? 'NO MASTER'],
    networks: [],
    node_list: names(nodes),
    node_primary_ips: addresses,
    node_secondary_ips: addresses,
    node_vm_capable: nodes.map(({ name, vm_capable: capable }) => `${name}=${capable ? 'True' : 'False'}`),
    nodegroups: ['uuid-default default'],
    offline_nodes: names(nodes.filter(({ offline }) => offline)),
    online_nodes: names(nodes.filter(({ offline }) => !offline)),
    primary_ip_family: ['2'],
    release_version: ['3.0.2'],
    ssh_ports: nodes.map(({ name }) => `${name}=22`),
    uid_pool: [],
  };
  return Object.entries(files).map(([key, lines]) => [key, lines.map((line) => `${line}\n`).join('')]);
}

/** Stands for the digest of a node's client certificate. */
export function certificateOf(uuid: string): string {
  return `digest-of-${uuid}`;
}
