import type { Opcode } from '../ganeti/opcodes.ts';
import { STORY_BEGINS_MS } from './env.ts';
import { candidateStats, nodeNamed, withNode } from './ganeti-configuration.ts';
import { commit, configOn, putEverything, ssconfMaster } from './ganeti-distribute.ts';
import { actsAsMaster } from './ganeti-failover.ts';
import { trueInstances } from './ganeti-instances.ts';
import { answerLuxi } from './ganeti-luxi.ts';
import { type Ended, startDaemon } from './ganeti-start.ts';
import {
  type Daemon,
  type Errand,
  errandOn,
  type Ganeti,
  type GanetiHost,
  goAside,
  secondsOn,
  works,
} from './ganeti-state.ts';

/** Before the node is asked anything: ssh, keys, Python. */
const READD_MS = 4_000;
const SAVES = 2;

/** Where an administrator types: the host whose luxid works and takes itself for the master's, newest first. */
export function masterHost(ganeti: Ganeti): GanetiHost | undefined {
  const [first] = ganeti.hosts
    .filter((at) => at.host.on && actsAsMaster(at))
    .sort((one, other) => serialOn(other) - serialOn(one));
  return first;
}

export function serialOn(at: GanetiHost): number {
  return configOn(at)?.serial_no ?? -1;
}

/** Asks the master's luxid as a client would; undefined, and a line in the log, where it cannot be done. */
export function askMaster(ganeti: Ganeti, method: string, args: readonly unknown[]): unknown {
  const at = masterHost(ganeti);
  if (at === undefined) {
    ganeti.world.log(undefined, `${method}: no luxid answers`);
    return undefined;
  }
  const answer = answerLuxi(ganeti, at, { method, args });
  const { success, result }: Readonly<Record<string, unknown>> =
    typeof answer === 'object' && answer !== null ? { ...answer } : {};
  if (success === true) return result;
  ganeti.world.log(at.host, `${method} refused: ${JSON.stringify(result)}`);
  return undefined;
}

export function submitByHand(ganeti: Ganeti, ops: readonly Opcode[]): number | undefined {
  const reason = [['gnt:client:gnt-node', '', 0]];
  const id = askMaster(ganeti, 'SubmitJob', [ops.map((op) => ({ reason, depends: null, ...op }))]);
  return typeof id === 'number' ? id : undefined;
}

/** `gnt-node add --readd`: a fresh ssconf, the flags reset, a noded that runs. */
export function readd(ganeti: Ganeti, name: string): void {
  const at = masterHost(ganeti);
  const target = ganeti.named(name);
  if (at === undefined || target === undefined) {
    ganeti.world.log(undefined, `readd ${name}: no luxid answers`);
    return;
  }
  goAside(
    readdFrom(ganeti, errandOn(ganeti, at), target).then(({ code, text }) =>
      ganeti.world.log(at.host, `readd ${name}: exit ${code}${text === '' ? '' : `: ${text}`}`),
    ),
  );
}

async function readdFrom(ganeti: Ganeti, errand: Errand, target: GanetiHost): Promise<Ended> {
  const { world } = ganeti;
  const { at } = errand;
  await errand.sleep(READD_MS);
  if (!world.connected(at.host, target.host)) return { code: 1, text: 'ssh: no route to host' };
  const { memory } = at;
  const node = memory === undefined ? undefined : nodeNamed(memory, target.host.ganetiName);
  if (memory === undefined || node === undefined) return { code: 1, text: 'wconfd does not answer' };
  const now = secondsOn(at.host, world.clock.now(), STORY_BEGINS_MS);
  const reset = withNode(memory, node, { offline: false, drained: false, powered: true }, now, SAVES);
  const stats = candidateStats(reset);
  const promoted = node.master_candidate || stats.now < stats.should;
  const next = withNode(reset, node, { master_candidate: promoted }, now, 1);
  putEverything(target, next);
  await startDaemon(ganeti, errandOn(ganeti, target), 'ganeti-noded', { noVoting: false, forceNode: false });
  await errand.sleep(0);
  const saved = commit(ganeti, at, next);
  if (saved.kind === 'failed') return { code: 1, text: saved.message };
  await at.distributing?.catch(() => {});
  return { code: 0, text: '' };
}

/** ganeti-watcher starts what is not there; what is hung it takes for running. */
export async function runWatcher(ganeti: Ganeti, at: GanetiHost): Promise<void> {
  const errand = errandOn(ganeti, at);
  const master: readonly Daemon[] = ['ganeti-luxid', 'ganeti-rapi', 'ganeti-wconfd'];
  const wanted: readonly Daemon[] = ['ganeti-noded', 'ganeti-confd', 'ganeti-mond'];
  const mine = ssconfMaster(at) === at.host.ganetiName;
  for (const daemon of mine ? [...wanted, ...master] : wanted) {
    if (at.daemons.has(daemon)) continue;
    const started = await startDaemon(ganeti, errand, daemon, { noVoting: false, forceNode: false });
    ganeti.world.log(at.host, `watcher: start ${daemon}: exit ${started.code}`);
  }
  if (mine) watchInstances(ganeti, at);
}

/** Starts those that are to be up and run nowhere, and connects mirrors again that a boot has parted. */
function watchInstances(ganeti: Ganeti, at: GanetiHost): void {
  const config = at.memory;
  if (config === undefined) return;
  const answers = (name: string): boolean => {
    const to = nodeNamed(config, name)?.offline === true ? undefined : ganeti.named(name);
    return to !== undefined && works(to, 'ganeti-noded') && ganeti.world.connected(at.host, to.host);
  };
  const todo = trueInstances(ganeti, config).flatMap(({ entry, runsOn, copies }): readonly Opcode[] => {
    const { name, primary_node: primary, secondary_node: secondary } = entry;
    if (entry.admin_state !== 'up' || !answers(primary)) return [];
    if (runsOn.length === 0) return [{ OP_ID: 'OP_INSTANCE_STARTUP', instance_name: name }];
    const behind = copies.some(({ copy: { state } }) => state === 'behind' || state === 'incomplete');
    if (!behind || secondary === undefined || !answers(secondary)) return [];
    return [{ OP_ID: 'OP_INSTANCE_ACTIVATE_DISKS', instance_name: name }];
  });
  for (const op of todo) submitByHand(ganeti, [op]);
}
