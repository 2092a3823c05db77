import type { Env } from '../env/env.ts';
import { queryClusterState } from '../pacemaker/crm-mon.ts';
import { mapNames } from '../pacemaker/names.ts';

/** How the cluster stands now, as what would have had to happen to a healthy one. */
export interface PresentState {
  /** Words of a story: verb and hosts, by Ganeti's names. */
  readonly happened: readonly (readonly string[])[];
  /** Nodes that are not up, by Ganeti's names. */
  readonly down: readonly string[];
  /** What could not be asked and is taken to be so. */
  readonly assumed: readonly string[];
}

const TIMEOUT_MS = 5_000;

/** One look at Pacemaker, which changes nothing and is not remembered. */
export async function presentState(env: Env, ganetiNodes: readonly string[]): Promise<PresentState> {
  const answer = await queryClusterState(env, TIMEOUT_MS);
  if (answer.kind === 'unavailable') {
    return { happened: [], down: [], assumed: [`all nodes are up and in service (${answer.message})`] };
  }
  const { state } = answer;
  const names = mapNames(state.nodes, ganetiNodes).byGaneti;
  const seen = ganetiNodes.flatMap((ganeti) => {
    const match = names.get(ganeti);
    const node =
      match?.kind === 'mapped' ? state.nodes.find(({ name }) => name === match.pacemaker) : undefined;
    return [{ ganeti, node }];
  });
  const those = (is: (node: (typeof state.nodes)[number]) => boolean): readonly string[] =>
    seen.flatMap(({ ganeti, node }) => (node !== undefined && is(node) ? [ganeti] : []));
  const gone = those(({ online, pending }) => !online && !pending);
  const crashed = new Set(those(({ unclean, expectedUp }) => unclean || expectedUp));
  const unseen = seen.flatMap(({ ganeti, node }) => (node === undefined ? [ganeti] : []));
  const happened = [
    ['shutdown', ...gone.filter((node) => !crashed.has(node))],
    ['power-off', ...gone.filter((node) => crashed.has(node))],
    ['standby', ...those(({ online, standby }) => online && standby)],
    ['maintenance', ...those(({ online, maintenance }) => online && maintenance)],
  ].filter(({ length }) => length > 1);
  return {
    happened: state.maintenanceMode ? [...happened, ['maintenance-mode', 'on']] : happened,
    down: gone,
    assumed: unseen.length === 0 ? [] : [`${unseen.join(', ')}: up, although Pacemaker does not list it`],
  };
}
