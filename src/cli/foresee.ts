import type { Env } from '../env/env.ts';
import { LEDGER_FILE } from '../env/paths.ts';
import { activePauses } from '../policy/pause.ts';
import { STORY_BEGINS_MS } from '../simulate/env.ts';
import { type ForecastStep, forecast } from '../simulate/forecast.ts';
import { liveCluster } from '../simulate/live-cluster.ts';
import { play } from '../simulate/story.ts';
import type { StoryCommand } from '../simulate/story-commands.ts';
import { recentEntries } from '../sweep/ledger.ts';
import { readOrders } from '../sweep/orders.ts';
import { gntHaInStory } from './in-story.ts';
import { presentState } from './present-state.ts';

/** What would happen in this very cluster. */
export interface Foreseen {
  readonly failing: readonly string[];
  /** What is not known and was taken to be so. */
  readonly assumed: readonly string[];
  readonly steps: readonly ForecastStep[];
  readonly end: {
    readonly master: string;
    readonly offline: readonly string[];
  };
}

export type ForeseenOrNot =
  | { readonly kind: 'foreseen'; readonly foreseen: Foreseen }
  | { readonly kind: 'refused'; readonly message: string };

const FAILS_AFTER_MS = 10_000;
/** Where something has happened before: after all that follows from it. */
const SETTLED_AFTER_MS = 180_000;
/** Long enough for what a failure sets off; short enough that nothing else begins. */
const WATCHED_MS = 300_000;
/** What the brake remembers. */
const REMEMBERED_MS = 60 * 60 * 1000;

/** Plays the power failure of nodes in a simulated copy of this cluster. Reads local facts and Pacemaker's orders only. */
export async function foresee(env: Env, dataDir: string, failing: readonly string[]): Promise<ForeseenOrNot> {
  const live = await liveCluster(env, dataDir);
  if (live.kind === 'unavailable') return { kind: 'refused', message: live.message };
  const { cluster } = live;
  const hosts: string[] = [];
  for (const name of failing) {
    const found = cluster.hosts.filter((host) => host === name || host.split('.')[0] === name);
    const [host] = found;
    if (host === undefined || found.length > 1) {
      const many = found.length > 1 ? 'several nodes' : 'no node';
      return {
        kind: 'refused',
        message: `${name} is ${many} of this Ganeti cluster (${cluster.hosts.join(', ')}).`,
      };
    }
    hosts.push(host);
  }
  const present = await presentState(env, cluster.hosts);
  const dead = hosts.filter((host) => present.down.includes(host));
  if (dead.length > 0) return { kind: 'refused', message: `${dead.join(', ')}: not up already.` };
  const orders = await readOrders(env, dataDir);
  const now = env.clock.now();
  const paused = orders.kind === 'known' ? activePauses(orders.pauses, now) : [];
  const failsMs = present.happened.length === 0 ? FAILS_AFTER_MS : SETTLED_AFTER_MS;
  const commands = [
    ...present.happened.map((words) => commandAt(0, words)),
    commandAt(failsMs, ['power-off', ...hosts]),
    commandAt(failsMs + WATCHED_MS, ['end']),
  ];
  const { stage, beganMs } = await play({ cluster, commands, gntHa: gntHaInStory }, ({ world, gntHa }) => {
    const master = world.host(cluster.master);
    // What was marked offline lately takes a place of the brake in the story, too.
    const shift = STORY_BEGINS_MS + world.clock.now() - now;
    const entries = recentEntries(env, now - REMEMBERED_MS).map((entry) => ({
      ...entry,
      at: entry.at + shift,
    }));
    master?.disk.put(LEDGER_FILE, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));
    if (master !== undefined)
      for (const pause of paused) gntHa(master, ['pause', '--reason', pause.why || pause.who]);
  });
  const { world, ganeti } = stage;
  const ended = Object.values(ganeti.newest().nodes);
  return {
    kind: 'foreseen',
    foreseen: {
      failing: hosts,
      assumed: [
        ...live.assumed,
        ...present.assumed,
        ...(orders.kind === 'known' ? [] : [`no pause stands (${orders.message})`]),
      ],
      steps: forecast(world.lines, beganMs + failsMs),
      end: {
        master: ganeti.masterByConfig(),
        offline: ended.filter((node) => node.offline).map(({ name }) => name),
      },
    },
  };
}

function commandAt(atMs: number, [verb = '', ...words]: readonly string[]): StoryCommand {
  return { atMs, verb, words, line: 0, text: [verb, ...words].join(' ') };
}
