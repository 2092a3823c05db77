import type { Env } from '../env/env.ts';
import { jobOutcomes, unfinishedJobs } from '../ganeti/jobs.ts';
import { type LuxiCall, luxiSocket, withLuxi } from '../ganeti/luxi.ts';
import { queryMarkedNodes } from '../ganeti/luxi-marks.ts';
import { queryConfigValues } from '../ganeti/luxi-queries.ts';
import { masterForNoded } from '../ganeti/noded-rpc.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import { objections } from '../policy/readmit.ts';
import { openJournal } from '../sweep/journal.ts';
import { withSweepLock } from '../sweep/lock.ts';
import { readOrders } from '../sweep/orders.ts';
import { pausedBy } from '../sweep/paused.ts';
import { forgetQuiet } from '../sweep/quiet.ts';
import { readmitFacts, submitReadmit } from '../sweep/readmit.ts';
import { lookAtCluster } from '../sweep/view.ts';
import { fullName } from './full-name.ts';
import type { Say } from './verb.ts';

export interface ReadmitOptions {
  /** As it was typed. */
  readonly node: string;
  readonly dryRun: boolean;
  readonly dataDir: string;
  readonly runDir: string;
}

const LOOK_TIMEOUT_MS = 5_000;
const CONNECT_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 10_000;
const LOCK_WAIT_MS = 15_000;

/** A look at the job each second half; on three hosts it took 9 s, and it may wait for another job's lock. */
const POLL_MS = 500;
const JOB_PATIENCE_MS = 180_000;

/** Checks, and unless something speaks against it takes the node back; whether that is done, or would be. */
export async function readmit(env: Env, options: ReadmitOptions, say: Say): Promise<boolean> {
  const read = readSsconf(env.files, options.dataDir);
  if (read.kind !== 'ok') {
    say.complain(`${read.file}: ${read.kind}. Nothing was done. Run it on a node of a Ganeti cluster.\n`);
    return false;
  }
  const { ssconf } = read;
  const name = fullName(options.node, ssconf.nodeList);
  if (name === undefined) {
    say.complain(
      `"${options.node}" is not exactly one node of Ganeti. Nothing was done. See: gnt-node list\n`,
    );
    return false;
  }
  const luxi = {
    socket: luxiSocket(options.runDir),
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    requestTimeoutMs: REQUEST_TIMEOUT_MS,
  };
  const done = await withLuxi(env, luxi, (call) => checkAndSubmit(env, call, ssconf, name, options, say));
  if (done.kind === 'ok') return done.value;
  say.complain(
    `luxid cannot be used here (${done.error.message}). Not taken back: ${name}. Run it on the Ganeti master, ${ssconf.masterNode} by ssconf.\n`,
  );
  return false;
}

async function checkAndSubmit(
  env: Env,
  call: LuxiCall,
  ssconf: Ssconf,
  name: string,
  { dataDir, dryRun }: ReadmitOptions,
  say: Say,
): Promise<boolean> {
  const config = await queryConfigValues(call);
  if (config.masterNode !== ssconf.masterNode) {
    say.complain(
      `luxid names ${config.masterNode} as master, ssconf ${ssconf.masterNode}. Nothing was done. Run: gnt-cluster redist-conf\n`,
    );
    return false;
  }
  const [nodes, jobs, view, orders] = await Promise.all([
    queryMarkedNodes(call),
    unfinishedJobs(call),
    lookAtCluster(env, {
      ganetiNodes: ssconf.nodeList,
      notifiedFenced: [],
      simulatedUnproven: false,
      timeoutMs: LOOK_TIMEOUT_MS,
      remember: false,
    }),
    readOrders(env, dataDir),
  ]);
  const node = nodes.find((one) => one.name === name);
  if (node === undefined) {
    say.complain(`luxid does not know ${name}. Nothing was done. Run: gnt-cluster redist-conf\n`);
    return false;
  }
  const facts = await readmitFacts(call, {
    ...{ env, dataDir, ssconf, view, node, queueDrained: config.queueDrained },
    offlining: jobs.flatMap(({ offlines }) => offlines),
    paused: pausedBy(orders, env.clock.now()),
  });
  const found = objections(facts);
  for (const { text, remedy } of found) say.complain(`${text}. ${remedy}\n`);
  if (found.length > 0) {
    say.complain(`Not taken back: ${name}.\n`);
    return false;
  }
  const runs = facts.daemons.kind === 'answered' ? facts.daemons.running : [];
  const strangers = runs.filter((instance) => !facts.primaries.has(instance));
  if (strangers.length > 0)
    say.complain(`${name} also runs ${strangers.join(', ')}, which Ganeti does not know.\n`);
  say.print(
    `${name} is a member, its daemons answer, its clock is right, and it runs nothing that belongs elsewhere.\n`,
  );
  if (dryRun) {
    say.print(`It would be set online, and the configuration sent to all nodes. Nothing was done.\n`);
    return true;
  }
  return await submitAndWait(env, call, ssconf, node, dataDir, say);
}

async function submitAndWait(
  env: Env,
  call: LuxiCall,
  ssconf: Ssconf,
  node: Parameters<typeof submitReadmit>[1],
  dataDir: string,
  say: Say,
): Promise<boolean> {
  const journal = openJournal(env, 'readmit');
  const job = await withSweepLock(env, LOCK_WAIT_MS, () => {
    const from = { source: 'gnt-ha', nowMs: env.clock.now() };
    return submitReadmit(call, node, 'ordered by an administrator', from, journal);
  });
  if (job === undefined) {
    say.complain(`A sweep is under way and does not end. Not taken back: ${node.name}. Try again.\n`);
    return false;
  }
  say.print(`Job ${job} takes it back...\n`);
  const until = env.clock.monotonic() + JOB_PATIENCE_MS;
  let outcome = (await jobOutcomes(call, [job])).get(job);
  while (outcome?.kind === 'unfinished' && env.clock.monotonic() < until) {
    await env.clock.sleep(POLL_MS);
    outcome = (await jobOutcomes(call, [job])).get(job);
  }
  forgetQuiet(env);
  switch (outcome?.kind) {
    case 'success':
      break;
    case 'unfinished':
      say.complain(
        `The job has not ended after ${JOB_PATIENCE_MS / 1000} s; it goes on. See: gnt-job info ${job}\n`,
      );
      return false;
    default: {
      const why = outcome?.kind === 'failed' ? outcome.error : 'Ganeti does not know it any more';
      say.complain(
        `The job failed: ${why}. See: gnt-job info ${job}. If only the certificates do not fit: gnt-node add --readd ${node.name}\n`,
      );
      return false;
    }
  }
  const address = ssconf.primaryIps.get(node.name) ?? '';
  const names = await masterForNoded(env, dataDir, address);
  if (names !== ssconf.masterNode) {
    say.complain(
      `${node.name} is online, but still names ${names ?? 'nobody'} as master. Run: gnt-cluster redist-conf\n`,
    );
    return false;
  }
  say.print(`${node.name} is in service again. What Pacemaker still shows of it: pcs resource cleanup\n`);
  return true;
}
