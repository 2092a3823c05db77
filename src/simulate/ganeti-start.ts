import { NO_VOTING } from '../env/paths.ts';
import { beginDaemon, endDaemon } from './ganeti-daemons.ts';
import { configOn, ssconfMaster } from './ganeti-distribute.ts';
import { bringUpMasterIp } from './ganeti-master-ip.ts';
import { resumeQueue } from './ganeti-queue.ts';
import { beginStarting, endStarting } from './ganeti-starting.ts';
import {
  type Daemon,
  type Errand,
  ErrandOver,
  errandOn,
  type Ganeti,
  type GanetiHost,
  goAside,
  isAwake,
  RUN_DIR,
} from './ganeti-state.ts';
import { winsVote } from './ganeti-votes.ts';

export interface StartArgs {
  readonly noVoting: boolean;
  /** `--force-node`: also where ssconf names another. */
  readonly forceNode: boolean;
}

export interface Ended {
  readonly code: number;
  readonly text: string;
}

const OK: Ended = { code: 0, text: '' };
/** Debian's start-stop-daemon checks this before anything else; these daemons run as users of their own. */
const NOT_ROOT: readonly Daemon[] = [
  'ganeti-confd',
  'ganeti-wconfd',
  'ganeti-luxid',
  'ganeti-rapi',
  'ganeti-metad',
];
/** From the command to a daemon that answers, on an idle machine (measured). */
const START_MS: Readonly<Record<Daemon, number>> = {
  'ganeti-noded': 400,
  'ganeti-confd': 150,
  'ganeti-mond': 150,
  'ganeti-wconfd': 300,
  'ganeti-luxid': 300,
  'ganeti-rapi': 600,
  'ganeti-metad': 150,
  'ganeti-kvmd': 150,
};
const NOT_MASTER_MS = 60;
const STOP_MS = 200;
/** `start-stop-daemon --retry 30`, and then SIGKILL. */
const STUBBORN_MS = 30_000;

/** `daemon-util start DAEMON`: ends when the daemon answers, or has given up. */
export async function startDaemon(
  ganeti: Ganeti,
  errand: Errand,
  daemon: Daemon,
  args: StartArgs,
): Promise<Ended> {
  const { at } = errand;
  const { disk } = at.host;
  const pidFile = `${RUN_DIR}/${daemon}.pid`;
  const running = at.daemons.has(daemon);
  if (disk.stat(pidFile).kind !== 'missing' && NOT_ROOT.includes(daemon)) {
    await errand.sleep(NOT_MASTER_MS);
    return {
      code: 2,
      text: `start-stop-daemon: matching only on non-root pidfile /var${pidFile} is insecure`,
    };
  }
  if (running) return OK;
  if (isMasters(daemon) && !args.forceNode && ssconfMaster(at) !== at.host.ganetiName) {
    await errand.sleep(NOT_MASTER_MS);
    return { code: 11, text: 'Not master, exiting.' };
  }
  if (daemon === 'ganeti-wconfd' || daemon === 'ganeti-luxid') {
    if (configOn(at) === undefined) return { code: 1, text: `${daemon}: cannot load the configuration` };
    if (!args.noVoting && !votesSkipped(at)) {
      const lost = await vote(ganeti, errand, daemon);
      if (lost !== undefined) return lost;
    }
  }
  await errand.sleep(START_MS[daemon]);
  if (at.daemons.has(daemon)) return OK;
  beginDaemon(ganeti, at, daemon);
  if (daemon === 'ganeti-wconfd') beginWconfd(at);
  if (daemon === 'ganeti-luxid') {
    resumeQueue(ganeti, at);
    // The script goes on in noded, whatever becomes of this luxid.
    goAside(bringUpMasterIp(ganeti, errandOn(ganeti, at)));
  }
  return OK;
}

/** Of a process without a pid file, which a signal ends; undefined where it is won. */
async function vote(ganeti: Ganeti, errand: Errand, daemon: Daemon): Promise<Ended | undefined> {
  const { at } = errand;
  const pid = beginStarting(at, daemon, `/usr/sbin/${daemon}\0`);
  const process = at.starting.get(pid);
  const alive = (): boolean => errand.alive() && process?.alive === true;
  const voter: Errand = {
    at,
    alive,
    sleep: async (ms) => {
      await errand.sleep(ms);
      if (!alive()) throw new ErrandOver();
    },
  };
  const voted = winsVote(ganeti, voter);
  goAside(voted);
  try {
    const won = await Promise.race([voted, process?.killed ?? voted]);
    if (won === true) return undefined;
    const why = won === 'killed' ? 'it was terminated' : 'the vote is not won';
    ganeti.world.log(at.host, `${short(daemon)} not started: ${why}`);
    return { code: 1, text: `Voting cannot be won by ${at.host.ganetiName}` };
  } finally {
    endStarting(at, pid);
  }
}

function isMasters(daemon: Daemon): boolean {
  return daemon === 'ganeti-wconfd' || daemon === 'ganeti-luxid' || daemon === 'ganeti-rapi';
}

function beginWconfd(at: GanetiHost): void {
  at.memory = configOn(at);
  at.pushed = undefined;
  for (const [node, job] of at.locks) if (!at.running.has(job)) at.locks.delete(node);
}

/** `/etc/default/ganeti` as the agents hook themselves into it: read at each start by daemon-util. */
function votesSkipped({ host: { disk } }: GanetiHost): boolean {
  const defaults = disk.read('/etc/default/ganeti');
  if (defaults.kind !== 'text') return false;
  if (defaults.text.includes(NO_VOTING) && disk.stat(NO_VOTING).kind === 'file') return true;
  return /^(LUXID|WCONFD)_ARGS=.*--no-voting/m.test(defaults.text);
}

/** `daemon-util stop DAEMON`; one that does not listen is killed after half a minute. */
export async function stopDaemon(ganeti: Ganeti, errand: Errand, daemon: Daemon): Promise<Ended> {
  const { at } = errand;
  const process = at.daemons.get(daemon);
  if (process === undefined) {
    await errand.sleep(NOT_MASTER_MS);
    return OK;
  }
  if (!isAwake(process)) {
    await errand.sleep(STUBBORN_MS);
    if (process.alive) endDaemon(ganeti, at, daemon, 'killed');
    at.host.disk.remove(`${RUN_DIR}/${daemon}.pid`);
    return OK;
  }
  await errand.sleep(STOP_MS);
  if (process.alive) endDaemon(ganeti, at, daemon, 'terminated');
  return OK;
}

/** `daemon-util start-master`: with one of the three running it ends there, under `set -e`. */
export async function startMaster(ganeti: Ganeti, errand: Errand, args: StartArgs): Promise<Ended> {
  for (const daemon of ['ganeti-wconfd', 'ganeti-rapi', 'ganeti-luxid'] as const) {
    const started = await startDaemon(ganeti, errand, daemon, args);
    if (started.code !== 0) return started;
  }
  return OK;
}

export async function stopMaster(ganeti: Ganeti, errand: Errand): Promise<Ended> {
  for (const daemon of ['ganeti-rapi', 'ganeti-luxid', 'ganeti-wconfd'] as const) {
    await stopDaemon(ganeti, errand, daemon);
  }
  return OK;
}

const BEFORE_INIT_MS = 1_500;
const AT_BOOT: readonly Daemon[] = [
  'ganeti-noded',
  'ganeti-confd',
  'ganeti-wconfd',
  'ganeti-rapi',
  'ganeti-luxid',
  'ganeti-mond',
];

/** Debian's init script: one after the other, whatever becomes of each. */
export async function startAtBoot(ganeti: Ganeti, at: GanetiHost): Promise<void> {
  const errand = errandOn(ganeti, at);
  await errand.sleep(BEFORE_INIT_MS);
  const script = beginStarting(at, 'ganeti', '/bin/sh\0/etc/init.d/ganeti\0start\0');
  const mond = at.host.disk.stat('/usr/sbin/ganeti-mond').kind === 'file';
  for (const daemon of AT_BOOT) {
    if (daemon === 'ganeti-mond' && !mond) continue;
    await startDaemon(ganeti, errand, daemon, { noVoting: false, forceNode: false });
  }
  endStarting(at, script);
}

/** What the log calls it. */
export function short(daemon: Daemon): string {
  return daemon.replace('ganeti-', '');
}
