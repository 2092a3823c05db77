import { STORY_BEGINS_MS } from './env.ts';
import { masterOf, nodeNamed, withCluster } from './ganeti-configuration.ts';
import { commit, configOn } from './ganeti-distribute.ts';
import { dropAddress, holderOf, masterIpOf } from './ganeti-master-ip.ts';
import { isDrained, setDrained } from './ganeti-queue.ts';
import { callNode } from './ganeti-rpc.ts';
import { type Ended, startDaemon, startMaster, stopDaemon, stopMaster } from './ganeti-start.ts';
import {
  DATA_DIR,
  type Errand,
  errandOn,
  type Ganeti,
  type GanetiHost,
  goAside,
  secondsOn,
  works,
} from './ganeti-state.ts';
import { pollNodes } from './ganeti-votes.ts';

/** Python begins. */
const BEGIN_MS = 400;
/** The check that nobody has the master IP any more takes as long as ARP. */
const NO_ARP_MS = 3_000;
const IP_LIMIT_MS = 30_000;
/** How the waiting for the address grows (lib/bootstrap.py: utils.Retry with 1, 1.5, 5), milliseconds. */
const FIRST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 5_000;
const STOP_LIMIT_MS = 60_000;
const START_LIMIT_MS = 300_000;

/** `gnt-cluster master-failover` on this host, step by step as lib/bootstrap.py has it. */
export async function masterFailover(ganeti: Ganeti, errand: Errand, noVoting: boolean): Promise<Ended> {
  const { world } = ganeti;
  const { host } = errand.at;
  const begun = world.clock.now();
  world.log(host, `master-failover begins${noVoting ? ' without a vote' : ''}`);
  const ended = await failover(ganeti, errand, noVoting);
  const seconds = ((world.clock.now() - begun) / 1000).toFixed(1);
  const [why] = ended.text.split('\n');
  world.log(host, `master-failover: exit ${ended.code} after ${seconds} s${why === '' ? '' : `: ${why}`}`);
  return ended;
}

async function failover(ganeti: Ganeti, errand: Errand, noVoting: boolean): Promise<Ended> {
  const { at } = errand;
  const me = at.host.ganetiName;
  const fault = ganeti.faults.failover?.(at.host);
  await errand.sleep(BEGIN_MS);
  const list = (key: string): readonly string[] => {
    const read = at.host.disk.read(`${DATA_DIR}/ssconf_${key}`);
    return read.kind === 'text' ? read.text.split('\n').filter((line) => line !== '') : [];
  };
  const [oldMaster] = list('master_node');
  if (oldMaster === undefined) return { code: 2, text: 'Failure: configuration error: no master node' };
  if (!noVoting) {
    const poll = await pollNodes(ganeti, errand, list('online_nodes'));
    // Offline nodes were counted, too, in the lab.
    if (2 * poll.answered <= list('node_list').length) return failed(NO_MAJORITY);
  }
  if (oldMaster === me)
    return failed(
      `This commands must be run on the node where you want the new master to be. ${me} is already the master`,
    );
  if (!list('master_candidates').includes(me))
    return failed('This node is not among the nodes marked as master candidates.');
  if (!noVoting) {
    const { winner } = await pollNodes(ganeti, errand, list('node_list'));
    if (winner !== undefined && winner !== oldMaster) {
      return failed(
        `I have a wrong configuration, I believe the master is ${oldMaster} but the other nodes voted ${winner}. Please resync the configuration of this node.`,
      );
    }
  }
  if (fault === 'refused') return failed('Could not start the configuration daemon');
  const warnings: string[] = [];
  const moved = await moveRole(ganeti, errand, oldMaster, warnings);
  if (moved !== undefined) return moved;
  if (fault === 'dies') return { code: 1, text: 'Killed' };
  let code = fault === 'exit-1-after' ? 1 : 0;

  if (!(await masterIpIs(ganeti, errand, false))) {
    warnings.push(
      'The master IP is still reachable after 30 seconds, continuing but activating the master IP on the current node will probably fail',
    );
    code = 1;
  }
  if (isDrained(at)) setDrained(ganeti, at, false);
  const started = await byNoded(ganeti, errand, at, START_LIMIT_MS, (there) =>
    startMaster(ganeti, there, { noVoting, forceNode: false }),
  );
  if (started.code !== 0) {
    warnings.push(`Could not start the master role on the new master ${me}, please check: ${started.text}`);
    code = 1;
  }
  if (!(await masterIpIs(ganeti, errand, true))) {
    warnings.push(
      `The master IP did not come up within 30 seconds; the cluster should still be working and reachable via ${me}, but not via the master IP address`,
    );
    code = 1;
  }
  return { code, text: warnings.join('\n') };
}

/** With a wconfd of its own: the configuration names this node, and the old master is told to stop. */
async function moveRole(
  ganeti: Ganeti,
  errand: Errand,
  oldMaster: string,
  warnings: string[],
): Promise<Ended | undefined> {
  const { at } = errand;
  const begun = await startDaemon(ganeti, errand, 'ganeti-wconfd', { noVoting: true, forceNode: true });
  const config = at.memory ?? configOn(at);
  if (begun.code !== 0 || config === undefined) {
    return failed(`Could not start the configuration daemon: ${begun.text}`);
  }
  const mine = nodeNamed(config, at.host.ganetiName);
  const old = ganeti.named(oldMaster);
  try {
    if (mine === undefined) return failed('Could not find new master node in cluster configuration.');
    const now = secondsOn(at.host, ganeti.world.clock.now(), STORY_BEGINS_MS);
    const saved = commit(ganeti, at, withCluster(config, { master_node: mine.uuid }, now));
    if (saved.kind === 'failed') return failed(`Error while trying to set the new master: ${saved.message}`);
    await at.distributing?.catch(() => {});
    await errand.sleep(0);
    const ip = masterIpOf(at);
    const dropped = await callNode(ganeti, errand, old, (there) => {
      if (ip !== undefined) dropAddress(ganeti, there, ip);
    });
    if (dropped.kind === 'failed') warnings.push(`Could not disable the master IP: ${dropped.message}`);
    const stopped =
      old === undefined
        ? failed('unknown')
        : await byNoded(ganeti, errand, old, STOP_LIMIT_MS, (there) => stopMaster(ganeti, there));
    if (stopped.code !== 0) {
      warnings.push(
        `Could not disable the master role on the old master ${oldMaster}, please disable manually: ${stopped.text}`,
      );
    }
  } finally {
    if (errand.alive()) await stopDaemon(ganeti, errand, 'ganeti-wconfd');
  }
  return undefined;
}

/** Has noded at `to` do something that takes its time there, and goes on there without the one who asked. */
async function byNoded(
  ganeti: Ganeti,
  errand: Errand,
  to: GanetiHost,
  limitMs: number,
  act: (there: Errand) => Promise<Ended>,
): Promise<Ended> {
  let ended: Ended | undefined;
  const asked = await callNode(ganeti, errand, to, (there) => {
    const work = act(errandOn(ganeti, there)).then((result) => {
      ended = result;
    });
    goAside(work);
  });
  if (asked.kind === 'failed') return { code: 1, text: asked.message };
  const end = ganeti.world.clock.now() + limitMs;
  while (ended === undefined) {
    if (ganeti.world.clock.now() >= end) return { code: 1, text: 'Error while executing the RPC: timed out' };
    await errand.sleep(50);
  }
  return ended;
}

/** Whether noded's port at the master IP accepts, or refuses, a connection from here; asked until it is as wanted. */
async function masterIpIs(ganeti: Ganeti, errand: Errand, wanted: boolean): Promise<boolean> {
  const { clock } = ganeti.world;
  const end = clock.now() + IP_LIMIT_MS;
  const ip = masterIpOf(errand.at);
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, MOST_PAUSE_MS)) {
    const holder = ip === undefined ? undefined : holderOf(ganeti, errand.at, ip);
    if (holder === undefined) await errand.sleep(NO_ARP_MS);
    if ((holder !== undefined) === wanted) return true;
    if (clock.now() + pause >= end) return false;
    await errand.sleep(pause);
  }
}

const NO_MAJORITY =
  'Master-failover with voting is only possible if the majority of nodes are still healthy; use the --no-voting option after ensuring by other means that you have sufficiently exclusive access to the cluster.';

function failed(text: string): Ended {
  return { code: 1, text };
}

/** Whether this host's luxid takes itself for the master's, for those who look on. */
export function actsAsMaster(at: GanetiHost): boolean {
  const config = configOn(at);
  return works(at, 'ganeti-luxid') && config !== undefined && masterOf(config)?.name === at.host.ganetiName;
}
