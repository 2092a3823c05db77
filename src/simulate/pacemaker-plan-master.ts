import { devicesOn } from './pacemaker-devices.ts';
import { type Configuration, type Recorded, recordOf } from './pacemaker-model.ts';
import {
  attributeOf,
  INFINITY,
  isPreferred,
  type MasterPlan,
  mayGoOn,
  mayRun,
  NO_MASTER_WORK,
  type PlanNode,
  type Situation,
} from './pacemaker-placing.ts';

const STICKINESS = 1_000;
const MOVED_BY_HAND = 5_000;

/** The primitive runs on one node, together with an instance of the clone. */
export function planMaster(situation: Situation, cloneWanted: ReadonlySet<string>): MasterPlan {
  const { nodes, configuration, quorum, fence, devices } = situation;
  const resource = 'ganeti-master';
  const records = nodes.map((node) => ({ node, recorded: recordOf(node.status.history, resource) }));
  const active = records.filter(({ node, recorded }) => recorded.active && node.flags.counts);
  const idle = NO_MASTER_WORK;
  if (active.some(({ node }) => node.flags.maintenance && node.flags.usable)) return idle;
  if (!configuration.stonithEnabled && active.some(({ recorded }) => recorded.stopFailed)) return idle;
  const goesOn = mayGoOn(situation, resource);
  const candidates = records.filter(
    ({ node, recorded }) =>
      goesOn && cloneWanted.has(node.name) && !node.flags.maintenance && mayRunMaster(node, recorded),
  );
  const [best] = candidates
    .map(({ node, recorded }) => ({ name: node.name, score: scoreOf(node, recorded, configuration) }))
    .sort(
      (a, b) =>
        b.score - a.score ||
        devicesOn(devices, a.name) - devicesOn(devices, b.name) ||
        (a.name < b.name ? -1 : 1),
    );
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
  return { ...NO_MASTER_WORK, masterStops, masterStarts: start ? [target] : [] };

  function mayRunMaster(node: PlanNode, recorded: Recorded): boolean {
    if (!mayRun(node, resource, recorded, configuration)) return false;
    return attributeOf(node, 'ganeti-master-candidate') !== 'false';
  }
}

function scoreOf(node: PlanNode, recorded: Recorded, configuration: Configuration): number {
  const preferred = isPreferred(node, 'ganeti-master', configuration);
  const moved = attributeOf(node, 'ganeti-master-moved') === 'true';
  return (recorded.active ? STICKINESS : 0) + (moved ? MOVED_BY_HAND : 0) + (preferred ? INFINITY : 0);
}
