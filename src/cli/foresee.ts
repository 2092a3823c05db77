import type { Env } from '../env/env.ts';
import type { Orders } from '../policy/orders.ts';
import { type ForecastStep, forecast } from '../simulate/forecast.ts';
import { internalErrorIn } from '../simulate/internal-error.ts';
import { liveCluster } from '../simulate/live-cluster.ts';
import { play } from '../simulate/story.ts';
import type { StoryCommand } from '../simulate/story-commands.ts';
import { rememberedEntries } from '../sweep/journal.ts';
import { readOrders } from '../sweep/orders.ts';
import { ownName } from '../sweep/own-name.ts';
import { fullName } from './full-name.ts';
import { gntHaInStory } from './in-story.ts';
import { markedHere } from './present-ledger.ts';
import { presentState } from './present-state.ts';
import { realTimes } from './real-times.ts';
import { setPresent } from './set-present.ts';

/** What would happen in this very cluster. */
export interface Foreseen {
  readonly failing: readonly string[];
  /** What is not known and was taken to be so. */
  readonly assumed: readonly string[];
  readonly steps: readonly ForecastStep[];
  readonly end: {
    readonly master: string;
    readonly offline: readonly string[];
    readonly drained: readonly string[];
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

/** Plays the power failure of nodes in a simulated copy of this cluster. Asks this host only, and changes nothing. */
export async function foresee(env: Env, dataDir: string, typed: readonly string[]): Promise<ForeseenOrNot> {
  const live = await liveCluster(env, dataDir);
  if (live.kind === 'unavailable') return { kind: 'refused', message: live.message };
  const { cluster } = live;
  const named = fullNames(typed, cluster.hosts);
  if (named.kind === 'refused') return named;
  const { failing } = named;
  const state = await presentState(env, cluster.hosts);
  const dead = failing.filter((host) => state.down.includes(host));
  if (dead.length > 0) return { kind: 'refused', message: `${dead.join(', ')}: not up already.` };
  const orders = await readOrders(env, dataDir);
  const entries = rememberedEntries(env);
  const own = await ownName(env, { onNode: undefined }, cluster.hosts);
  // luxid is on the master only.
  const here = live.offlinings !== undefined ? cluster.master : undefined;
  const me = own.kind === 'known' ? own.name : here;
  const happened = [...state.happened, ...(live.queueDrained ? [['drain-queue', 'on']] : [])];
  const isAtMs = happened.length === 0 ? FAILS_AFTER_MS : SETTLED_AFTER_MS;
  const commands = [
    ...happened.map((words) => commandAt(0, words)),
    commandAt(isAtMs, ['power-off', ...failing]),
    commandAt(isAtMs + WATCHED_MS, ['end']),
  ];
  const offlinings = live.offlinings ?? markedHere(entries, cluster.offline);
  const present = { nowMs: env.clock.now(), isAtMs, me, entries, orders, offlinings, failing };
  let shiftMs = 0;
  const { stage, beganMs, text } = await play({ cluster, commands, gntHa: gntHaInStory }, (raised) => {
    shiftMs = setPresent(raised, { ...present, down: state.down });
  });
  const met = internalErrorIn(text);
  if (met !== undefined)
    return { kind: 'refused', message: `Playing it met an internal error, please report it: ${met}.` };
  const inRealTime = realTimes(shiftMs, orders.kind === 'known' ? orders.pauses : []);
  const ended = Object.values(stage.ganeti.newest().nodes);
  return {
    kind: 'foreseen',
    foreseen: {
      failing,
      assumed: [
        ...live.assumed,
        ...state.assumed,
        ...notKnown(orders, me === cluster.master, cluster.master),
      ],
      steps: forecast(
        stage.world.lines,
        beganMs + isAtMs,
        (host) => state.pacemakerNames.get(host) ?? host,
      ).map((step) => ({ ...step, what: inRealTime(step.what) })),
      end: {
        master: stage.ganeti.masterByConfig(),
        offline: ended.filter(({ offline }) => offline).map(({ name }) => name),
        drained: ended.filter(({ drained }) => drained).map(({ name }) => name),
      },
    },
  };
}

type Named = { readonly kind: 'named'; readonly failing: readonly string[] };

function fullNames(
  typed: readonly string[],
  hosts: readonly string[],
): Named | Extract<ForeseenOrNot, { kind: 'refused' }> {
  const failing = new Set<string>();
  for (const name of typed) {
    const host = fullName(name, hosts);
    if (host === undefined) {
      const many = hosts.some((one) => one.split('.')[0] === name) ? 'several nodes' : 'no node';
      return {
        kind: 'refused',
        message: `${name} is ${many} of this Ganeti cluster (${hosts.join(', ')}).`,
      };
    }
    failing.add(host);
  }
  return { kind: 'named', failing: [...failing] };
}

function notKnown(orders: Orders, onMaster: boolean, master: string): readonly string[] {
  return [
    ...(orders.kind === 'known' ? [] : [`no pause and no release of the brake stands (${orders.message})`]),
    ...(onMaster
      ? []
      : [
          `nothing was marked offline or held lately, nor paused by upstream's file, but by this host: the rest is known on ${master} only`,
        ]),
  ];
}

function commandAt(atMs: number, [verb = '', ...words]: readonly string[]): StoryCommand {
  return { atMs, verb, words, line: 0, text: [verb, ...words].join(' ') };
}
