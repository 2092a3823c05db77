import * as v from 'valibot';
import { ADMIN_STATES, DISK_TEMPLATES } from './ganeti-configuration.ts';
import { StoryError } from './story-commands.ts';

const parameters = v.optional(v.record(v.string(), v.string()), {});
const hostName = v.pipe(v.string(), v.regex(/^[a-z0-9][a-z0-9.-]*$/, 'a host is named like h1'));

const mebibytes = v.pipe(v.number(), v.integer(), v.minValue(1));

const INSTANCE = v.strictObject({
  name: hostName,
  /** A disk template of Ganeti's. */
  template: v.picklist(DISK_TEMPLATES),
  primary: hostName,
  /** Of DRBD, which needs one. */
  secondary: v.optional(hostName),
  admin: v.optional(v.picklist(ADMIN_STATES), 'up'),
  memory: v.optional(mebibytes, 1_024),
  disk: v.optional(mebibytes, 10_240),
  tags: v.optional(v.array(v.string()), []),
});

/** `cluster.json` of a scenario; all but the hosts has a default, so that a file says only what matters. */
export const CLUSTER_JSON = v.strictObject({
  /** Names, or how many: h1, h2, … */
  hosts: v.union([v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(99)), v.array(hostName)]),
  /** Ganeti's domain; empty where the hosts' names are Ganeti's own. */
  domain: v.optional(v.string(), 'lab.test'),
  /** Of Ganeti; the first host by default. */
  master: v.optional(hostName),
  /** All hosts that can be by default, at most as many as the candidate pool takes. */
  candidates: v.optional(v.array(hostName)),
  drained: v.optional(v.array(hostName), []),
  offline: v.optional(v.array(hostName), []),
  /** Never master candidates. */
  not_master_capable: v.optional(v.array(hostName), []),
  /** Never with instances. */
  not_vm_capable: v.optional(v.array(hostName), []),
  /** How many candidates Ganeti wants. */
  candidate_pool_size: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 10),
  /** Of the Ganeti cluster. */
  tags: v.optional(v.array(v.string()), []),
  /** Of the only node group, `default`. */
  group_tags: v.optional(v.array(v.string()), []),
  /** Of Ganeti. */
  instances: v.optional(v.array(INSTANCE), []),
  /** MiB of each node. */
  node_memory: v.optional(mebibytes, 16_384),
  node_disk: v.optional(mebibytes, 1_048_576),
  /** Ganeti's default; empty: none. */
  iallocator: v.optional(v.string(), 'hail'),
  /** How the role is configured in Pacemaker. */
  master_form: v.optional(v.picklist(['primitive', 'promotable']), 'primitive'),
  /** `notify=true` on the clone. */
  notify: v.optional(v.boolean(), true),
  /** The alert agent is configured. */
  alert: v.optional(v.boolean(), false),
  /** The role's migration-threshold. */
  migration_threshold: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1)), 3),
  /** Ganeti has an out-of-band program for the nodes. */
  oob: v.optional(v.boolean(), false),
  monitor_seconds: v.optional(v.pipe(v.number(), v.minValue(1)), 20),
  stonith_enabled: v.optional(v.boolean(), true),
  stonith_action: v.optional(v.picklist(['off', 'reboot']), 'off'),
  concurrent_fencing: v.optional(v.boolean(), true),
  /** How long a fence device takes. */
  fencing_seconds: v.optional(v.pipe(v.number(), v.minValue(0)), 1),
  /** Corosync's token timeout; by default its own for so many hosts. */
  token_seconds: v.optional(v.pipe(v.number(), v.minValue(0.1))),
  /** Corosync's two_node and wait_for_all; with two hosts by default. */
  two_node: v.optional(v.boolean()),
  node_parameters: parameters,
  master_parameters: parameters,
});

export type StoryCluster = Omit<
  v.InferOutput<typeof CLUSTER_JSON>,
  'hosts' | 'master' | 'candidates' | 'two_node'
> & {
  readonly hosts: readonly string[];
  readonly master: string;
  readonly candidates: readonly string[];
  readonly two_node: boolean;
};

/** Throws StoryError with the field that is wrong. */
export function parseCluster(text: string, file: string): StoryCluster {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new StoryError(
      file,
      undefined,
      `not JSON (${error instanceof Error ? error.message : String(error)})`,
    );
  }
  const parsed = v.safeParse(CLUSTER_JSON, json);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    throw new StoryError(file, undefined, `${v.getDotPath(issue) ?? 'the file'}: ${issue.message}`);
  }
  const given = parsed.output;
  const hosts =
    typeof given.hosts === 'number'
      ? Array.from({ length: given.hosts }, (_, index) => `h${index + 1}`)
      : given.hosts;
  const [first] = hosts;
  if (first === undefined) throw new StoryError(file, undefined, 'hosts: a cluster has at least one');
  const cluster = {
    ...given,
    hosts,
    master: given.master ?? first,
    candidates:
      given.candidates ??
      hosts
        .filter((host) => ![...given.offline, ...given.not_master_capable].includes(host))
        .slice(0, given.candidate_pool_size),
    two_node: given.two_node ?? hosts.length === 2,
  };
  const named = {
    master: [cluster.master],
    candidates: cluster.candidates,
    drained: given.drained,
    offline: given.offline,
    not_master_capable: given.not_master_capable,
    not_vm_capable: given.not_vm_capable,
  };
  for (const [field, names] of Object.entries(named)) {
    const stranger = names.find((name) => !hosts.includes(name));
    if (stranger !== undefined)
      throw new StoryError(file, undefined, `${field}: ${stranger} is none of the hosts`);
  }
  const wrong = given.instances.map((one) => wrongInstance(one, hosts)).find((why) => why !== undefined);
  if (wrong !== undefined) throw new StoryError(file, undefined, `instances: ${wrong}`);
  const unable = cluster.candidates.find((host) => given.not_master_capable.includes(host));
  if (unable !== undefined)
    throw new StoryError(file, undefined, `candidates: ${unable} is not master capable`);
  if (!cluster.candidates.includes(cluster.master)) {
    throw new StoryError(file, undefined, `master: ${cluster.master} is none of the candidates`);
  }
  return cluster;
}

function wrongInstance(
  { name, template, primary, secondary }: v.InferOutput<typeof INSTANCE>,
  hosts: readonly string[],
): string | undefined {
  const nodes = secondary === undefined ? [primary] : [primary, secondary];
  const stranger = nodes.find((node) => !hosts.includes(node));
  if (stranger !== undefined) return `${name}: ${stranger} is none of the hosts`;
  if (primary === secondary) return `${name}: both copies are on ${primary}`;
  if ((template === 'drbd') !== (secondary !== undefined)) {
    return `${name}: drbd has a secondary, and nothing else has`;
  }
  return undefined;
}
