import { placeDevices } from './pacemaker-devices.ts';
import { flagsOf } from './pacemaker-flags.ts';
import {
  type Configuration,
  isOn,
  type Partition,
  RESOURCES,
  type ResourceId,
  recordOf,
} from './pacemaker-model.ts';
import { type MasterPlan, NO_MASTER_WORK, type PlanNode } from './pacemaker-placing.ts';
import { planClone } from './pacemaker-plan-clone.ts';
import { planMaster } from './pacemaker-plan-master.ts';
import { planPromotable } from './pacemaker-plan-promotable.ts';

/** What the scheduler wants done, all from one state. */
export interface Plan extends MasterPlan {
  /** Names of nodes to be fenced. */
  readonly fence: readonly string[];
  readonly probes: readonly { readonly node: string; readonly resource: ResourceId }[];
  /** Instances that stop; `gone`: by the death of their node. */
  readonly cloneStops: readonly { readonly node: string; readonly gone: boolean }[];
  readonly cloneStarts: readonly string[];
  /** Where the fence devices shall run; that takes no time here. */
  readonly devices: ReadonlyMap<string, string>;
  /** Nodes whose Pacemaker may end after the stops of this plan. */
  readonly leaving: readonly string[];
}

export const FAILURE_TIMEOUT_MS = 600_000;

/** Pacemaker's scheduler, as far as the documented configuration needs it. */
export function planFor(partition: Partition, configuration: Configuration): Plan {
  const nodes = [...partition.nodes.values()].map(
    (status): PlanNode => ({ name: status.member.name, status, flags: flagsOf(status, configuration) }),
  );
  const quorum = partition.quorate || configuration.noQuorumPolicy === 'ignore';
  const managed = !configuration.maintenanceMode && configuration.configured;
  const fence = fencings(nodes, configuration, quorum);
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
    const { devices } = partition;
    return { ...NOTHING, fence, probes, devices, leaving: leavingOf(partition, configuration, []) };
  }
  const devices = planDevices(nodes, partition, configuration, quorum);
  const situation = { nodes, configuration, quorum, fence, devices };
  const clone = planClone(situation);
  const master =
    configuration.masterForm === 'promotable'
      ? planPromotable(situation)
      : planMaster(situation, clone.wanted);
  const stopping = [...clone.actions.cloneStops.map(({ node }) => node), ...master.masterStops];
  const leaving = leavingOf(partition, configuration, stopping);
  return { fence, probes, devices, ...clone.actions, ...master, leaving };
}

const NOTHING = { ...NO_MASTER_WORK, cloneStops: [], cloneStarts: [] };

export function isEmpty(plan: Plan): boolean {
  const { fence, probes, cloneStops, cloneStarts, masterDemotes, masterStops, masterStarts } = plan;
  const lists = [fence, probes, cloneStarts, masterDemotes, masterStops, masterStarts, plan.leaving];
  // What stops by a death that cannot be proven waits for ever; it is no work.
  const stops = cloneStops.some(({ gone }) => !gone);
  return lists.every(({ length }) => length === 0) && !stops && plan.masterPromote === undefined;
}

/** Without quorum only members of this partition are fenced (pe_can_fence), and in maintenance mode nobody is. */
function fencings(
  nodes: readonly PlanNode[],
  { stonithEnabled, maintenanceMode }: Configuration,
  quorum: boolean,
): readonly string[] {
  if (!stonithEnabled || maintenanceMode) return [];
  return nodes.filter(({ flags }) => flags.unclean && (quorum || flags.online)).map(({ name }) => name);
}

function planDevices(
  nodes: readonly PlanNode[],
  partition: Partition,
  configuration: Configuration,
  quorum: boolean,
): ReadonlyMap<string, string> {
  const may = ({ flags }: PlanNode): boolean =>
    quorum && flags.usable && !flags.standby && !flags.shutdown && !flags.maintenance;
  const devices = configuration.fenceDevices ? nodes.map(({ name }) => name) : [];
  return placeDevices(
    devices,
    partition.devices,
    nodes.filter(may).map(({ name }) => name),
  );
}

/** Nodes that want to leave and hold nothing back, or will not after the stops of this plan. */
function leavingOf(
  partition: Partition,
  configuration: Configuration,
  stopping: readonly string[],
): readonly string[] {
  return [...partition.nodes.values()]
    .filter(({ shutdown, crmd }) => shutdown && crmd)
    .map(({ member }) => member.name)
    .filter((name) => stopping.includes(name) || mayLeave(partition, configuration, name));
}

/** What is unmanaged there goes on without Pacemaker. */
export function mayLeave({ nodes }: Partition, configuration: Configuration, name: string): boolean {
  const history = nodes.get(name)?.history;
  if (history === undefined) return false;
  if (configuration.maintenanceMode || isOn(configuration, name, 'maintenance')) return true;
  return RESOURCES.every((resource) => !recordOf(history, resource).active);
}
