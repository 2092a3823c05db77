import { recordOf } from './pacemaker-model.ts';
import { mayGoOn, mayRun, type Situation } from './pacemaker-placing.ts';
import type { Plan } from './pacemaker-plan.ts';

/** The clone runs wherever it may. `wanted`: where it runs or will. */
export function planClone(situation: Situation): {
  readonly actions: Pick<Plan, 'cloneStops' | 'cloneStarts'>;
  readonly wanted: ReadonlySet<string>;
} {
  const { nodes, configuration, quorum, fence } = situation;
  const resource = 'ganeti-node';
  const goesOn = mayGoOn(situation, resource);
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
    const allowed = goesOn && mayRun(node, resource, recorded, configuration);
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
