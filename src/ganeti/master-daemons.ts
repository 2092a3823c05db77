import type { Env } from '../env/env.ts';
import { brokenMasterDaemons } from './broken-daemons.ts';
import { type MasterDaemon, processAgeMs, runningDaemon } from './daemon-process.ts';
import { type DaemonResult, daemonUtil, startDaemon, stopDaemon, systemdOwnsDaemons } from './daemons.ts';
import { activateMasterIp, awaitMasterIp, deactivateMasterIp } from './master-ip.ts';
import { NO_VOTING_ARGS } from './no-voting.ts';

export interface GanetiDirs {
  /** E.g. `/var/lib/ganeti`. */
  readonly dataDir: string;
  /** E.g. `/var/run/ganeti`. */
  readonly runDir: string;
}

export interface StartOptions {
  /** Skip Ganeti's vote; only for one who knows from elsewhere that no other master can be alive. */
  readonly noVoting: boolean;
  readonly budgetMs: number;
}

/** Luxid first, so that no job begins any more; wconfd last, because the others need it to finish. */
const STOP_ORDER: readonly MasterDaemon[] = ['ganeti-luxid', 'ganeti-rapi', 'ganeti-wconfd'];
export const MASTER_DAEMONS = STOP_ORDER;
/** As `daemon-util start-master` has it. */
const START_ORDER: readonly MasterDaemon[] = ['ganeti-wconfd', 'ganeti-rapi', 'ganeti-luxid'];
/** Upstream's unit of rapi does not start without an active luxid (`Requisite`). */
const SYSTEMD_START_ORDER: readonly MasterDaemon[] = ['ganeti-wconfd', 'ganeti-luxid', 'ganeti-rapi'];
const VOTING: readonly MasterDaemon[] = ['ganeti-wconfd', 'ganeti-luxid'];

/** After luxid's start noded's script first looks for others with the address: 2 to 3 s in the lab. */
const MASTER_IP_MS = 8000;
const HUNG_STOP_MS = 6000;

/**
 * Ends the master role's daemons on this host and takes the master IP off it. Everything is tried, also after
 * a failure. The script that luxid's start sets off in noded goes on without luxid and may bring up the
 * address seconds after all is stopped (seen in the lab); after a young luxid it is therefore waited for.
 */
export async function stopMasterDaemons(
  env: Env,
  dirs: GanetiDirs,
  budgetMs = 20_000,
): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const luxid = runningDaemon(env, dirs.runDir, 'ganeti-luxid');
  const ageMs = luxid.kind === 'running' ? processAgeMs(env, luxid.pid) : undefined;
  const stopped = await stopStrayMasterDaemons(env, dirs.runDir, budgetMs / 2);
  if (ageMs !== undefined && ageMs < MASTER_IP_MS) {
    await awaitMasterIp(env, dirs.dataDir, Math.min(MASTER_IP_MS - ageMs, left(env, end) / 2));
  }
  return together([stopped, await deactivateMasterIp(env, dirs.dataDir, left(env, end))]);
}

/** Ends the three daemons only. `how` is empty where none was there. */
export async function stopStrayMasterDaemons(
  env: Env,
  runDir: string,
  budgetMs = 16_000,
): Promise<DaemonResult> {
  const results: DaemonResult[] = [];
  for (const daemon of STOP_ORDER) {
    results.push(await stopDaemon(env, runDir, daemon, budgetMs / STOP_ORDER.length));
  }
  return together(results);
}

/**
 * Starts the whole role from nothing. What is left of it is stopped first: with one of the three running,
 * Debian's start-master ends at that one and never reaches luxid (measured with a left-over rapi: 61.8 s, no
 * luxid). Starting luxid also activates the master IP, which is waited for.
 */
export async function startMasterDaemons(
  env: Env,
  dirs: GanetiDirs,
  { noVoting, budgetMs }: StartOptions,
): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const stopped = await stopStrayMasterDaemons(env, dirs.runDir, budgetMs / 2);
  if (stopped.kind === 'failed') return stopped;
  const started = await startThese(env, dirs, startOrder(env), { noVoting, budgetMs: left(env, end) });
  if (started.kind === 'failed') return started;
  // Upstream's ganeti-master.target must be active too, or a later stop of it does not reach the services.
  const target: DaemonResult = systemdOwnsDaemons(env)
    ? await daemonUtil(env, ['start-master'], left(env, end))
    : { kind: 'done', how: '' };
  const address = await awaitMasterIp(env, dirs.dataDir, Math.min(MASTER_IP_MS, left(env, end)));
  return target.kind === 'failed' ? target : together([started, address]);
}

/**
 * Completes a role that is held here: ends what is hung, starts what is not there, activates the master IP.
 * `how` names what was done, and is empty where nothing was missing.
 */
export async function startMissingMasterDaemons(
  env: Env,
  dirs: GanetiDirs,
  { noVoting, budgetMs }: StartOptions,
): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const { missing, hung } = await brokenMasterDaemons(env, dirs.runDir);
  const ended: DaemonResult[] = [];
  for (const daemon of hung) {
    ended.push(await stopDaemon(env, dirs.runDir, daemon, Math.min(HUNG_STOP_MS, left(env, end))));
  }
  const wanted = startOrder(env).filter((daemon) => missing.includes(daemon) || hung.includes(daemon));
  const started = await startThese(env, dirs, wanted, { noVoting, budgetMs: left(env, end) });
  if (started.kind === 'failed') return together([...ended, started]);
  if (wanted.includes('ganeti-luxid')) {
    await awaitMasterIp(env, dirs.dataDir, Math.min(MASTER_IP_MS, left(env, end) / 2));
  }
  return together([...ended, started, await activateMasterIp(env, dirs.dataDir, left(env, end))]);
}

function startOrder(env: Env): readonly MasterDaemon[] {
  return systemdOwnsDaemons(env) ? SYSTEMD_START_ORDER : START_ORDER;
}

async function startThese(
  env: Env,
  dirs: GanetiDirs,
  daemons: readonly MasterDaemon[],
  { noVoting, budgetMs }: StartOptions,
): Promise<DaemonResult> {
  const end = env.clock.monotonic() + budgetMs;
  const results: DaemonResult[] = [];
  for (const daemon of daemons) {
    const args = noVoting && VOTING.includes(daemon) ? NO_VOTING_ARGS : [];
    const result = await startDaemon(env, dirs.runDir, daemon, args, left(env, end));
    // daemon-util forgets its file of one-time arguments when the start fails, and systemd's next automatic
    // restart would then skip the vote unasked (daemon-util.in, start: `set -e` before the `rm`).
    if (args.length > 0) env.files.remove(`${dirs.dataDir}/${daemon}.onetime.conf`);
    // Ganeti works without rapi, and luxid may come after it.
    if (result.kind === 'failed' && daemon === 'ganeti-rapi') {
      env.log('warning', `rapi could not be started: ${result.message}`);
      continue;
    }
    results.push(result);
    if (result.kind === 'failed') break;
  }
  return together(results);
}

/** What is left of the budget; never nothing, so that the last step is at least tried. */
function left(env: Env, end: number): number {
  return Math.max(1000, end - env.clock.monotonic());
}

function together(results: readonly DaemonResult[]): DaemonResult {
  const failures = results.flatMap((result) => (result.kind === 'failed' ? [result.message] : []));
  if (failures.length > 0) return { kind: 'failed', message: failures.join('; ') };
  const how = results.flatMap((result) => (result.kind === 'done' && result.how !== '' ? [result.how] : []));
  return { kind: 'done', how: how.join(', ') };
}
