import { takeAlert } from '../alert/alert.ts';
import type { Env } from '../env/env.ts';
import { addGaneti, type SimGaneti } from './ganeti.ts';
import { makeWorld } from './make-world.ts';
import { addPacemaker, type SimPacemaker } from './pacemaker.ts';
import type { StoryCluster } from './story-cluster.ts';
import { type StoryCommand, StoryError } from './story-commands.ts';
import { storyFaults } from './story-faults.ts';
import { logLedgers, storyText, withShortIds } from './story-log.ts';
import { type Stage, VERBS, VerbError } from './story-verbs.ts';
import { instanceLines } from './story-verbs-instance.ts';
import type { World } from './world.ts';

export interface Story {
  /** Where its files are, for messages; undefined where it has none. */
  readonly folder?: string;
  readonly cluster: StoryCluster;
  readonly commands: readonly StoryCommand[];
  /** Runs `gnt-ha` and returns what it printed; passed in, because the command line stands above the simulator. */
  readonly gntHa?: (
    env: Env,
    args: readonly string[],
  ) => Promise<{ readonly code: number; readonly output: string }>;
}

export interface Played {
  readonly stage: Stage;
  /** When the story began, after the cluster was up; milliseconds of virtual time. */
  readonly beganMs: number;
  /** The golden text. */
  readonly text: string;
}

/** By then the slowest of 40 hosts has joined, or never will. */
const LONGEST_PROLOGUE_MS = 180_000;
/** The cluster is looked at so often while it comes up; a story begins at such a moment, whatever made it slow. */
const PROLOGUE_STEP_MS = 10_000;
/** How long the story goes on after its last command, unless `end` says otherwise. */
const EPILOGUE_MS = 300_000;

/** A cluster of the story's making, up and quiet. Throws StoryError where it does not come up. */
export async function raise(cluster: StoryCluster, gntHa: Story['gntHa'], folder?: string): Promise<Stage> {
  const ganetiName = (name: string): string => (cluster.domain === '' ? name : `${name}.${cluster.domain}`);
  const world = makeWorld(
    cluster.hosts.map((name, index) => ({
      name,
      ganetiName: ganetiName(name),
      address: `192.0.2.${11 + index}`,
    })),
  );
  const pacemaker: SimPacemaker = addPacemaker(world, {
    stonithEnabled: cluster.stonith_enabled,
    stonithAction: cluster.stonith_action,
    concurrentFencing: cluster.concurrent_fencing,
    twoNode: cluster.two_node,
    ...(cluster.token_seconds === undefined ? {} : { tokenMs: cluster.token_seconds * 1_000 }),
    cloneNotify: cluster.notify,
    masterForm: cluster.master_form,
    monitorMs: cluster.monitor_seconds * 1_000,
    migrationThreshold: cluster.migration_threshold,
    alerts: cluster.alert ? [alertGaneti] : [],
    fenceMs: cluster.fencing_seconds * 1_000,
    parameters: { node: cluster.node_parameters, master: cluster.master_parameters },
  });
  const ganeti: SimGaneti = addGaneti(world, {
    master: ganetiName(cluster.master),
    candidates: cluster.candidates.map(ganetiName),
    drained: cluster.drained.map(ganetiName),
    offline: cluster.offline.map(ganetiName),
    notMasterCapable: cluster.not_master_capable.map(ganetiName),
    notVmCapable: cluster.not_vm_capable.map(ganetiName),
    candidatePoolSize: cluster.candidate_pool_size,
    clusterTags: cluster.tags,
    groupTags: cluster.group_tags,
    instances: cluster.instances.map((one) => ({ ...one, name: ganetiName(one.name) })),
    nodeMemory: cluster.node_memory,
    nodeDisk: cluster.node_disk,
    iallocator: cluster.iallocator,
    oob: cluster.oob,
  });
  const stage: Stage = {
    world,
    pacemaker,
    ganeti,
    faults: storyFaults(pacemaker, ganeti, cluster.fencing_seconds * 1_000),
    gntHa: (host, args) => run(world, host.name, args, gntHa),
  };
  for (const host of world.hosts) world.powerOn(host);
  await comeUp(stage, cluster);
  if (pacemaker.masterOn().join() !== cluster.master) {
    throw new StoryError(
      fileIn(folder, 'cluster.json'),
      undefined,
      `the cluster does not come up: the master role runs on [${pacemaker.masterOn().join(' ')}]\n${storyText(world.lines, 0)}`,
    );
  }
  return stage;
}

/** From power on to a quiet cluster: everything is started everywhere, and every agent has looked twice since. */
async function comeUp({ world, pacemaker, ganeti }: Stage, cluster: StoryCluster): Promise<void> {
  const isWhole = (): boolean =>
    pacemaker.masterOn().join() === cluster.master &&
    pacemaker.cloneOn().length === world.hosts.length &&
    ganeti.luxidUp().some(({ name }) => name === cluster.master);
  let quietMs = LONGEST_PROLOGUE_MS;
  for (let atMs = PROLOGUE_STEP_MS; atMs <= quietMs; atMs += PROLOGUE_STEP_MS) {
    await world.runUntil(atMs);
    if (quietMs === LONGEST_PROLOGUE_MS && isWhole())
      quietMs = Math.min(quietMs, atMs + 2 * cluster.monitor_seconds * 1_000);
  }
}

/** The real alert agent, as user hacluster. */
const alertGaneti = {
  run: async (env: Env): Promise<void> => {
    await takeAlert(env);
    await env.sendLog();
  },
};

/** Plays a story from begin to end; `begin` is told when the cluster is up, before anything happens. Throws StoryError for a command that cannot be done. */
export async function play(story: Story, begin: (stage: Stage) => void = () => {}): Promise<Played> {
  const stage = await raise(story.cluster, story.gntHa, story.folder);
  const { world } = stage;
  const beganMs = world.clock.now();
  logLedgers(world);
  begin(stage);
  let endMs: number | undefined;
  for (const command of story.commands) {
    await world.runUntil(beganMs + command.atMs);
    if (command.verb === 'end') {
      endMs = command.atMs;
      break;
    }
    world.log(undefined, `> ${command.text}`);
    act(stage, command, fileIn(story.folder, 'commands'));
  }
  const last = story.commands.at(-1)?.atMs ?? 0;
  await world.runUntil(beganMs + (endMs ?? last + EPILOGUE_MS));
  return { stage, beganMs, text: withShortIds(storyText(world.lines, beganMs) + ending(stage)) };
}

function act(stage: Stage, { verb, words, line }: StoryCommand, file: string): void {
  const known = Object.hasOwn(VERBS, verb) ? VERBS[verb] : undefined;
  if (known === undefined) throw new StoryError(file, line, `"${verb}" is not known`);
  try {
    known.act(stage, words);
  } catch (error) {
    if (!(error instanceof VerbError)) throw error;
    throw new StoryError(file, line, `${error.message}; usage: ${verb} ${known.usage}`);
  }
}

function fileIn(folder: string | undefined, name: string): string {
  return folder === undefined ? name : `${folder}/${name}`;
}

/** What the story leaves behind, so that a golden log says it even where nothing happened. */
function ending({ world, pacemaker, ganeti }: Stage): string {
  const names = (hosts: readonly string[]): string => (hosts.length === 0 ? 'nobody' : hosts.join(' '));
  const on = world.hosts.filter((host) => host.on).map(({ name }) => name);
  const nodes = Object.values(ganeti.newest().nodes);
  const named = (is: (node: (typeof nodes)[number]) => boolean): string =>
    names(nodes.filter(is).map(({ name }) => world.host(name)?.name ?? name));
  return [
    '',
    `on: ${names(on)}`,
    `master role: ${names(pacemaker.masterOn())}; luxid: ${names(ganeti.luxidUp().map(({ name }) => name))}; by configuration: ${ganeti.masterByConfig()}`,
    `offline: ${named(({ offline }) => offline)}; drained: ${named(({ drained }) => drained)}`,
    ...instanceLines(ganeti),
    '',
  ].join('\n');
}

function run(world: World, name: string, args: readonly string[], gntHa: Story['gntHa']): void {
  const host = world.host(name);
  if (host === undefined || gntHa === undefined) return;
  world.start(host, {
    vars: {},
    timeoutMs: 600_000,
    run: async (env) => {
      const { code, output } = await gntHa(env, args);
      for (const line of output.trimEnd().split('\n')) world.log(host, `gnt-ha: ${line}`);
      world.log(host, `gnt-ha: exit ${code}`);
    },
  });
}
