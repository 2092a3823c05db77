import { devicesOn } from './pacemaker-devices.ts';
import { recordOf } from './pacemaker-model.ts';
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

/** The promotable form runs everywhere, and is promoted where the agent's score is highest. */
export function planPromotable(situation: Situation): MasterPlan {
  const { nodes, configuration, quorum, fence } = situation;
  const resource = 'ganeti-master';
  const goesOn = mayGoOn(situation, resource);
  const stops: string[] = [];
  const starts: string[] = [];
  const stays = new Set<string>();
  const records = nodes.map((node) => ({ node, recorded: recordOf(node.status.history, resource) }));
  for (const { node, recorded } of records) {
    const { flags, name } = node;
    if (flags.maintenance || (!configuration.stonithEnabled && recorded.stopFailed)) continue;
    const allowed = goesOn && mayRun(node, resource, recorded, configuration);
    const here = recorded.active && flags.counts && !flags.unclean;
    if (here && (!allowed || recorded.failed)) stops.push(name);
    else if (here) stays.add(name);
    const missing = !recorded.active || recorded.failed;
    if (allowed && missing && quorum && recorded.probed) starts.push(name);
  }
  const promoted = records.filter(({ node, recorded }) => recorded.promoted && node.flags.counts);
  const living = promoted.filter(({ node }) => !node.flags.unclean).map(({ node }) => node.name);
  if (promoted.some(({ node }) => node.flags.maintenance && node.flags.usable))
    return {
      ...NO_MASTER_WORK,
      masterStops: stops.filter((name) => !living.includes(name)),
      masterStarts: starts,
    };
  const target = quorum ? bestOf(situation, stays) : undefined;
  const demotes = living.filter((name) => name !== target || stops.includes(name));
  const unfenced = promoted.some(({ node }) => node.flags.unclean && !fence.includes(node.name));
  const unprobed = records.some(({ node, recorded }) => node.flags.usable && !recorded.probed);
  const promote = target !== undefined && !living.includes(target) && !unfenced && !unprobed;
  return {
    masterDemotes: quorum || !goesOn ? demotes : [],
    masterStops: stops,
    masterStarts: starts,
    masterPromote: promote ? target : undefined,
  };
}

/** Nobody is promoted without a score of its own agent; a promoted instance wins a tie, then the fewest fence devices. */
function bestOf(
  { nodes, configuration, devices }: Situation,
  stays: ReadonlySet<string>,
): string | undefined {
  const resource = 'ganeti-master';
  const scoreOf = (node: PlanNode): number => {
    const text = attributeOf(node, `master-${resource}`);
    if (text === undefined) return Number.NaN;
    const own = text === 'INFINITY' ? INFINITY : text === '-INFINITY' ? -INFINITY : Number(text);
    const promoted = recordOf(node.status.history, resource).promoted ? 1 : 0;
    return own + promoted + (isPreferred(node, resource, configuration) ? INFINITY : 0);
  };
  const [best] = nodes
    .filter(({ name }) => stays.has(name))
    .map((node) => ({ name: node.name, score: scoreOf(node) }))
    .filter(({ score }) => score >= 0)
    .sort(
      (a, b) =>
        b.score - a.score ||
        devicesOn(devices, a.name) - devicesOn(devices, b.name) ||
        (a.name < b.name ? -1 : 1),
    );
  return best?.name;
}
