import type { Env } from '../env/env.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import {
  type InstanceJob,
  instanceJobsById,
  jobsRepairing,
  unfinishedInstanceJobs,
} from '../ganeti/repair-job-queries.ts';
import {
  type ConfiguredCluster,
  type ConfiguredInstance,
  queryConfiguredCluster,
} from '../ganeti/repair-queries.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { askNetwork } from '../sweep/answering.ts';
import type { Circumstances } from './circumstances.ts';
import {
  type RepairFacts,
  type RepairInstance,
  type RepairJob,
  type RepairNode,
  TEMPLATES,
} from './facts.ts';
import { fullNames, goneJob, repairJob } from './job-facts.ts';
import { limitsFromTags } from './limit-tags.ts';
import { hasToBeAsked, type NodeWords, repairNode } from './node-facts.ts';
import { recordsOf } from './records.ts';

export interface Loaded {
  readonly facts: RepairFacts;
  /** Nodes that may be asked live: members of Pacemaker's, or all online ones where there is none. */
  readonly living: readonly string[];
  /** Groups and the cluster where a job is about to change tags, by `taggedKey`. */
  readonly tagging: ReadonlySet<string>;
  /** Nothing at all may be submitted: see `Circumstances`, or the queue is drained. */
  readonly frozen: boolean;
  /** Instances that luxid did not tell enough of, one sentence each. */
  readonly unreadable: readonly string[];
}

/** Where the cluster names no allocator, the one that Ganeti brings along. */
const IALLOCATOR = 'hail';

/**
 * Everything a plan rests on but free room. The jobs that run are asked for before the configuration: what ends
 * between the two counts as running still, and its effect is not taken for a new trouble, nor its tags for missing.
 * Throws LuxiError.
 */
export async function loadFacts(
  call: LuxiCall,
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  around: Promise<Circumstances>,
  queueDrained: boolean,
  tagJobs: readonly number[] = [],
): Promise<Loaded> {
  const running = await unfinishedInstanceJobs(call);
  const askedMs = env.clock.now();
  const cluster = await queryConfiguredCluster(call);
  const circumstances = await around;
  const { verdicts, stopped, frozen } = circumstances;
  const [jobs, nodes] = await Promise.all([
    jobsOf(call, env, cluster.instances, running, askedMs, tagJobs),
    nodesOf(env, dataDir, ssconf, cluster, circumstances),
  ]);
  const facts: RepairFacts = {
    nowMs: env.clock.now(),
    clusterTags: cluster.tags,
    iallocator: cluster.iallocator ?? IALLOCATOR,
    groups: new Map(cluster.groups.map((group) => [group.uuid, group])),
    nodes,
    instances: cluster.instances.map(repairInstance),
    jobs,
    room: undefined,
    limits: limitsFromTags(cluster.tags).limits,
    stopped: stopped ?? (queueDrained ? 'the job queue is drained (gnt-cluster queue undrain)' : undefined),
  };
  const living = [...nodes.values()].filter(
    ({ name, state }) =>
      (state === 'online' || state === 'drained') &&
      (verdicts.size === 0 || verdicts.get(name)?.verdict === 'alive'),
  );
  return {
    facts,
    living: living.map(({ name }) => name),
    tagging: new Set(running.flatMap(({ others }) => others)),
    frozen: frozen || queueDrained,
    unreadable: cluster.unreadable,
  };
}

function repairInstance({ template, secondaries, ...instance }: ConfiguredInstance): RepairInstance {
  const known = TEMPLATES.find((one) => one === template);
  return { ...instance, template: known ?? 'unknown', secondary: secondaries[0] };
}

/** Those that run, those that pending tags name, and those that were submitted for a repair whose tag says nothing of it. */
async function jobsOf(
  call: LuxiCall,
  env: Env,
  instances: readonly ConfiguredInstance[],
  running: readonly InstanceJob[],
  askedMs: number,
  tagJobs: readonly number[],
): Promise<readonly RepairJob[]> {
  const ids = new Set(tagJobs);
  const repaired: string[] = [];
  for (const { name, tags } of instances) {
    const { active, later } = recordsOf(tags);
    if (active === undefined) continue;
    repaired.push(name);
    for (const { jobs } of [active, ...later]) for (const id of jobs) ids.add(id);
  }
  const [named, others] = await Promise.all([
    instanceJobsById(call, [...ids]),
    jobsRepairing(call, repaired),
  ]);
  const nowMs = env.clock.now();
  const found = new Map([...others, ...named.jobs].map((job) => [job.id, endedSince(job, askedMs, nowMs)]));
  for (const job of running) found.set(job.id, job);
  const full = fullNames(instances.map(({ name }) => name));
  return [
    ...[...found.values()].map((job) => repairJob(job, full)),
    ...named.gone.filter((id) => !tagJobs.includes(id)).map(goneJob),
  ];
}

/** Further ahead than this an end is another clock's, or this one was set. */
const CLOCK_MS = 1_000;

/** luxid reads a changed configuration anew after a quarter of a second at the latest, and parses it (ConfigReader.hs). */
export const SETTLE_MS = 500;

/** What has ended after the configuration was asked for, or tags just before that, may not show in it yet. */
function endedSince(job: InstanceJob, askedMs: number, nowMs: number): InstanceJob {
  const { endedMs = 0, tagsOnly } = job;
  if (endedMs < (tagsOnly ? askedMs - SETTLE_MS : askedMs) || endedMs > nowMs + CLOCK_MS) return job;
  return { ...job, status: 'unfinished', endedMs: undefined };
}

async function nodesOf(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  { nodes, instances }: ConfiguredCluster,
  { verdicts, fencing }: Circumstances,
): Promise<ReadonlyMap<string, RepairNode>> {
  const holding = new Set(instances.flatMap(({ primary, secondaries }) => [primary, ...secondaries]));
  const asked = nodes.filter((node) => holding.has(node.name) && hasToBeAsked(node, verdicts.get(node.name)));
  // Where no address is known nobody is asked, and that is no silence.
  const names = asked.flatMap(({ name }) => (ssconf.primaryIps.has(name) ? [name] : []));
  const words = new Map((await askNetwork(env, dataDir, names, ssconf)).map((word) => [word.node, word]));
  const wordsOf = (name: string): NodeWords => {
    return { verdict: verdicts.get(name), fencing, word: words.get(name) };
  };
  return new Map(nodes.map((node) => [node.name, repairNode(node, wordsOf(node.name))]));
}
