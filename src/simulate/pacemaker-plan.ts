import { flagsOf, type NodeFlags } from './pacemaker-flags.ts';
import {
  type Configuration,
  type NodeStatus,
  type Partition,
  RESOURCES,
  type Recorded,
  type ResourceId,
  recordOf,
} from './pacemaker-model.ts';

/** What the scheduler wants done, all from one state. */
export interface Plan {
  /** Names of nodes to be fenced. */
  readonly fence: readonly string[];
  readonly probes: readonly { readonly node: string; readonly resource: ResourceId }[];
  /** Instances that stop; `gone`: by the death of their node. */
  readonly cloneStops: readonly { readonly node: string; readonly gone: boolean }[];
  readonly cloneStarts: readonly string[];
  readonly masterStops: readonly string[];
  readonly masterStart: string | undefined;
  /** Nodes whose Pacemaker may end now. */
  readonly mayLeave: readonly string[];
}

/** A monitor or start of the documented configuration that failed this often is kept from the node. */
export const MIGRATION_THRESHOLD = 3;
export const FAILURE_TIMEOUT_MS = 600_000;
/** pcmk_fencing's stonith-max-attempts. */
export const MAX_FENCING_ATTEMPTS = 10;
/** Pacemaker's own word for a failed start. */
export const INFINITY = 1_000_000;
const STICKINESS = 1_000;
const MOVED_BY_HAND = 5_000;

interface Node {
  readonly name: string;
  readonly status: NodeStatus;
  readonly flags: NodeFlags;
}

/** Pacemaker's scheduler, as far as the documented configuration needs it. */
export function planFor(partition: Partition, configuration: Configuration): Plan {
  const nodes = [...partition.nodes.values()].map(
    (status): Node => ({ name: status.member.name, status, flags: flagsOf(status, configuration) }),
  );
  const quorum = partition.quorate || configuration.noQuorumPolicy === 'ignore';
  const managed = !configuration.maintenanceMode && configuration.configured;
  const fence = fencings(nodes, partition, configuration, quorum);
  const probes = !configuration.configured
    ? []
    : nodes
        .filter(({ flags }) => flags.usable)
        .flatMap(({ name, status }) =>
          RESOURCES.filter((resource) => !recordOf(status.history, resource).probed).map((resource) => ({
            node: name,
            resource,
          })),
        );
  if (!managed) {
    return { ...NOTHING, fence, probes, mayLeave: leaving(nodes) };
  }
  const clone = planClone(nodes, configuration, quorum, fence);
  const master = planMaster(nodes, configuration, quorum, clone.wanted, fence);
  return { fence, probes, ...clone.actions, ...master, mayLeave: leaving(nodes) };
}

const NOTHING = { cloneStops: [], cloneStarts: [], masterStops: [], masterStart: undefined };

export function isEmpty(plan: Plan): boolean {
  const { fence, probes, cloneStops, cloneStarts, masterStops, masterStart, mayLeave } = plan;
  const lists = [fence, probes, cloneStarts, masterStops, mayLeave];
  // What stops by a death that cannot be proven waits for ever; it is no work.
  const stops = cloneStops.some(({ gone }) => !gone);
  return lists.every(({ length }) => length === 0) && !stops && masterStart === undefined;
}

/** Without quorum only members of this partition are fenced (pe_can_fence), and in maintenance mode nobody is. */
function fencings(
  nodes: readonly Node[],
  { attempts }: Partition,
  { stonithEnabled, maintenanceMode }: Configuration,
  quorum: boolean,
): readonly string[] {
  if (!stonithEnabled || maintenanceMode) return [];
  return nodes
    .filter(({ flags }) => flags.unclean && (quorum || flags.online))
    .map(({ name }) => name)
    .filter((name) => (attempts.get(name) ?? 0) < MAX_FENCING_ATTEMPTS);
}

function leaving(nodes: readonly Node[]): readonly string[] {
  return nodes
    .filter(({ status, flags }) => {
      const idle = RESOURCES.every((resource) => !recordOf(status.history, resource).active);
      return status.shutdown && status.crmd && (idle || flags.maintenance);
    })
    .map(({ name }) => name);
}

function planClone(
  nodes: readonly Node[],
  configuration: Configuration,
  quorum: boolean,
  fence: readonly string[],
): { readonly actions: Pick<Plan, 'cloneStops' | 'cloneStarts'>; readonly wanted: ReadonlySet<string> } {
  const resource = 'ganeti-node';
  const fatal = nodes.some(({ status }) => recordOf(status.history, resource).fatal);
  const off = fatal || configuration.disabled.has(resource);
  const keep = quorum || configuration.noQuorumPolicy === 'freeze';
  const wanted = new Set<string>();
  const cloneStops: { node: string; gone: boolean }[] = [];
  const cloneStarts: string[] = [];
  for (const node of nodes) {
    const recorded = recordOf(node.status.history, resource);
    const { flags, name } = node;
    if (flags.maintenance) {
      if (recorded.active && flags.usable) wanted.add(name);
      continue;
    }
    const allowed = keep && !off && mayRun(node, resource, recorded, configuration);
    if (recorded.active && flags.counts) {
      if (flags.unclean) cloneStops.push({ node: name, gone: true });
      else if (!configuration.stonithEnabled && recorded.stopFailed) continue;
      else if (!allowed || recorded.failed) cloneStops.push({ node: name, gone: false });
    }
    if (!allowed || (!quorum && !recorded.active)) continue;
    if (!recorded.probed && !recorded.active) continue;
    wanted.add(name);
    if (!recorded.active || recorded.failed) cloneStarts.push(name);
  }
  // Who is neither to be stopped here nor fenced stops only with the whole clone (quorum lost).
  const real = cloneStops.some(({ node, gone }) => !gone || fence.includes(node));
  return { actions: { cloneStops: real ? cloneStops : [], cloneStarts }, wanted };
}

function planMaster(
  nodes: readonly Node[],
  configuration: Configuration,
  quorum: boolean,
  cloneWanted: ReadonlySet<string>,
  fence: readonly string[],
): Pick<Plan, 'masterStops' | 'masterStart'> {
  const resource = 'ganeti-master';
  const records = nodes.map((node) => ({ node, recorded: recordOf(node.status.history, resource) }));
  const active = records.filter(({ node, recorded }) => recorded.active && node.flags.counts);
  const idle = { masterStops: [], masterStart: undefined };
  if (active.some(({ node }) => node.flags.maintenance && node.flags.usable)) return idle;
  if (!configuration.stonithEnabled && active.some(({ recorded }) => recorded.stopFailed)) return idle;
  const fatal = records.some(({ recorded }) => recorded.fatal);
  const off = fatal || configuration.disabled.has(resource);
  const keep = quorum || configuration.noQuorumPolicy === 'freeze';
  const candidates = records.filter(
    ({ node, recorded }) =>
      keep && !off && cloneWanted.has(node.name) && !node.flags.maintenance && mayRunMaster(node, recorded),
  );
  const [best] = candidates
    .map(({ node, recorded }) => ({ name: node.name, score: scoreOf(node, recorded, configuration) }))
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1));
  const target = best?.name;
  const several = active.length > 1;
  const living = active.filter(({ node }) => !node.flags.unclean);
  const masterStops = living
    .filter(({ node, recorded }) => several || recorded.failed || node.name !== target)
    .map(({ node }) => node.name);
  const unprobed = records.some(({ node, recorded }) => node.flags.usable && !recorded.probed);
  const stays = living.some(({ node }) => node.name === target) && masterStops.length === 0;
  const unfenced = active.some(({ node }) => node.flags.unclean && !fence.includes(node.name));
  const start = target !== undefined && !stays && !unprobed && !unfenced && quorum;
  return { masterStops, masterStart: start ? target : undefined };

  function mayRunMaster(node: Node, recorded: Recorded): boolean {
    if (!mayRun(node, resource, recorded, configuration)) return false;
    return attributeOf(node, 'ganeti-master-candidate') !== 'false';
  }
}

function mayRun(
  { name, flags }: Node,
  resource: ResourceId,
  recorded: Recorded,
  { rules }: Configuration,
): boolean {
  if (!flags.usable || flags.standby || flags.shutdown || recorded.banned) return false;
  if (recorded.failCount >= (resource === 'ganeti-master' ? MIGRATION_THRESHOLD : INFINITY)) return false;
  return !rules.some((rule) => rule.resource === resource && rule.node === name && rule.score === 'ban');
}

function scoreOf(node: Node, recorded: Recorded, { rules }: Configuration): number {
  const preferred = rules.some(
    (rule) => rule.resource === 'ganeti-master' && rule.node === node.name && rule.score === 'prefer',
  );
  const moved = attributeOf(node, 'ganeti-master-moved') === 'true';
  return (recorded.active ? STICKINESS : 0) + (moved ? MOVED_BY_HAND : 0) + (preferred ? INFINITY : 0);
}

function attributeOf({ status }: Node, name: string): string | undefined {
  return status.member.attributes.get(name);
}
