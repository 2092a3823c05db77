import type { Env } from '../env/env.ts';
import type { Verdict } from '../evidence/verdict.ts';
import { pacemakerNameOf } from '../pacemaker/names.ts';
import { lookAtCluster } from '../sweep/view.ts';

/** How the cluster stands now, as what would have had to happen to a healthy one. */
export interface PresentState {
  /** Words of a story: verb and hosts, by Ganeti's names. */
  readonly happened: readonly (readonly string[])[];
  /** Nodes that are not up, by Ganeti's names. */
  readonly down: readonly string[];
  /** What Pacemaker calls each node that it has, by Ganeti's name. */
  readonly pacemakerNames: ReadonlyMap<string, string>;
  /** What could not be asked and is taken to be so. */
  readonly assumed: readonly string[];
}

const TIMEOUT_MS = 5_000;

/** One look at Pacemaker, which changes nothing and is not remembered. */
export async function presentState(env: Env, ganetiNodes: readonly string[]): Promise<PresentState> {
  const { answer, names, verdicts } = await lookAtCluster(env, {
    ganetiNodes,
    notifiedFenced: [],
    simulatedUnproven: false,
    timeoutMs: TIMEOUT_MS,
    remember: false,
  });
  if (answer.kind === 'unavailable') {
    const assumed = [`all nodes are up and in service (${answer.message})`];
    return { happened: [], down: [], pacemakerNames: new Map(), assumed };
  }
  const { state } = answer;
  const seen = ganetiNodes.map((ganeti) => {
    const inPacemaker = pacemakerNameOf(names, ganeti);
    return { ganeti, node: state.nodes.find(({ name }) => name === inPacemaker) };
  });
  const those = (is: (node: (typeof state.nodes)[number]) => boolean): readonly string[] =>
    seen.flatMap(({ ganeti, node }) => (node !== undefined && is(node) ? [ganeti] : []));
  const gone = those(({ online, pending }) => !online && !pending);
  const judged = (node: string): Verdict | undefined => verdicts.find((verdict) => verdict.node === node);
  const crashed = new Set([
    ...those(({ unclean, expectedUp }) => unclean || expectedUp),
    // After its fencing Pacemaker has it as one that was stopped in order.
    ...gone.filter((node) => ['fenced', 'lost'].includes(judged(node)?.verdict ?? '')),
  ]);
  const doubtful = gone.filter((node) => !crashed.has(node) && judged(node)?.verdict === 'unknown');
  const joining = those(({ pending }) => pending);
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
    pacemakerNames: new Map(
      seen.flatMap(({ ganeti, node }) => (node === undefined ? [] : [[ganeti, node.name]])),
    ),
    assumed: [
      ...unseen.map((node) => `${node} is up, although Pacemaker does not list it`),
      ...joining.map((node) => `${node} is up and in service, although its Pacemaker is not, or not yet`),
      ...doubtful.map((node) => {
        const why =
          judged(node)
            ?.reasons.map(({ text }) => text)
            .join('; ') ?? '';
        return `${node} was stopped in order, although nobody can tell: ${why}`;
      }),
    ],
  };
}
