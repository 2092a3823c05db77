import type { Command, Outcome } from '../env/env.ts';
import { masterFailover } from './ganeti-failover.ts';
import { dropAddress } from './ganeti-master-ip.ts';
import { isUnfinished, submit } from './ganeti-queue.ts';
import { type Ended, startDaemon, startMaster, stopDaemon, stopMaster } from './ganeti-start.ts';
import { type Daemon, type Errand, ErrandOver, errandOn, type Ganeti, works } from './ganeti-state.ts';
import type { Program, SimHost } from './world.ts';

/** A gnt-* command is Python and begins slowly. */
const PYTHON_MS = 250;
const CHECK_MS = 55;
/** How long a client waits for a luxid that does not answer. */
const LUXI_MS = 30_000;
const DEVICE = 'eth0';

type Run = (ganeti: Ganeti, errand: Errand, command: Command) => Promise<Ended & { readonly out?: string }>;

/** The programs that the agents run on a Ganeti node, as far as they run them. */
export function ganetiPrograms(ganeti: Ganeti): ReadonlyMap<string, Program> {
  const program =
    (run: Run): Program =>
    async (host: SimHost, command: Command): Promise<Outcome> => {
      const begun = ganeti.world.clock.now();
      // After its time limit the program is killed with all its children.
      const inTime = (): boolean => ganeti.world.clock.now() < begun + command.timeoutMs;
      try {
        const { code, text, out } = await run(ganeti, errandOn(ganeti, ganeti.of(host), inTime), command);
        const stderr = text === '' ? '' : `${text}\n`;
        const durationMs = ganeti.world.clock.now() - begun;
        return { kind: 'exited', code, stdout: out ?? '', stderr, durationMs };
      } catch (error) {
        if (!(error instanceof ErrandOver)) throw error;
        // The host is gone, or the one who ran it has given up already.
        return await new Promise<never>(() => {});
      }
    };
  return new Map([
    ['gnt-cluster', program(gntCluster)],
    ['daemon-util', program(daemonUtil)],
    ['ip', program(ip)],
    ['nft', program(nft)],
    ['ss', program(ss)],
    ['logger', program(async () => ({ code: 0, text: '' }))],
  ]);
}

async function gntCluster(ganeti: Ganeti, errand: Errand, { args }: Command): Promise<Ended> {
  const [verb] = args;
  switch (verb) {
    case 'master-failover': {
      const noVoting = args.includes('--no-voting');
      // Without a terminal its question is answered with no, and silently.
      if (noVoting && !args.includes('--yes-do-it')) return { code: 1, text: '' };
      return await masterFailover(ganeti, errand, noVoting);
    }
    case 'activate-master-ip':
      return await activateMasterIp(ganeti, errand);
    default:
      return { code: 1, text: `the simulated gnt-cluster knows no ${String(verb)}` };
  }
}

async function activateMasterIp(ganeti: Ganeti, errand: Errand): Promise<Ended> {
  const { at } = errand;
  await errand.sleep(PYTHON_MS);
  if (!at.daemons.has('ganeti-luxid')) return { code: 1, text: 'This is not the master node' };
  if (!works(at, 'ganeti-luxid')) {
    await errand.sleep(LUXI_MS);
    return { code: 1, text: 'Timeout while talking to the master daemon. Jobs might have been submitted.' };
  }
  const id = submit(ganeti, at, [
    { OP_ID: 'OP_CLUSTER_ACTIVATE_MASTER_IP', reason: [['gnt:client:gnt-cluster', '', 0]] },
  ]);
  for (;;) {
    const job = at.jobs.get(id);
    if (job === undefined || !isUnfinished(job)) {
      return job?.status === 'success'
        ? { code: 0, text: '' }
        : { code: 1, text: JSON.stringify(job?.opresult[0]) };
    }
    await errand.sleep(100);
  }
}

async function daemonUtil(ganeti: Ganeti, errand: Errand, { args, env }: Command): Promise<Ended> {
  const [verb, name, ...words] = args;
  const daemon = name === undefined ? undefined : daemonNamed(name);
  const given = [...words, ...Object.values(env ?? {})].join(' ');
  const start = { noVoting: given.includes('--no-voting'), forceNode: given.includes('--force-node') };
  await errand.sleep(CHECK_MS);
  switch (verb) {
    case 'start-master':
      return await startMaster(ganeti, errand, { ...start, forceNode: false });
    case 'stop-master':
      return await stopMaster(ganeti, errand);
    case 'start':
    case 'stop':
    case 'check':
      if (daemon === undefined) return { code: 1, text: `Unknown daemon ${String(name)}` };
      if (verb === 'start') return await startDaemon(ganeti, errand, daemon, start);
      if (verb === 'stop') return await stopDaemon(ganeti, errand, daemon);
      return { code: errand.at.daemons.has(daemon) ? 0 : 1, text: '' };
    default:
      return { code: 1, text: `the simulated daemon-util knows no ${String(verb)}` };
  }
}

const DAEMONS: readonly Daemon[] = [
  'ganeti-noded',
  'ganeti-confd',
  'ganeti-mond',
  'ganeti-wconfd',
  'ganeti-luxid',
  'ganeti-rapi',
  'ganeti-metad',
];

/** `luxid` or `ganeti-luxid`. */
export function daemonNamed(name: string): Daemon | undefined {
  return DAEMONS.find((daemon) => daemon === name || daemon === `ganeti-${name}`);
}

/** `ip -json address show to ADDRESS` and `ip address del ADDRESS/PREFIX dev DEVICE`. */
async function ip(ganeti: Ganeti, errand: Errand, { args }: Command): Promise<Ended & { out?: string }> {
  const { at } = errand;
  const address = (args.includes('show') ? args.at(-1) : args[2])?.split('/')[0] ?? '';
  if (args.includes('show')) {
    const info = at.host.addresses.has(address)
      ? [{ ifname: DEVICE, addr_info: [{ local: address, prefixlen: 32 }] }]
      : [];
    return { code: 0, text: '', out: JSON.stringify(info) };
  }
  if (args[1] !== 'del' || !at.host.addresses.has(address)) return { code: 2, text: 'RTNETLINK answers' };
  dropAddress(ganeti, at, address);
  return { code: 0, text: '' };
}

/** `ss --kill … dst ADDRESS …`: a line for each connection that it has ended. */
async function ss(_: Ganeti, { at }: Errand, { args }: Command): Promise<Ended & { out: string }> {
  const address = args[args.indexOf('dst') + 1];
  const ended = [...at.calls].filter((call) => call.address === address);
  for (const call of ended) call.end();
  return { code: 0, text: '', out: ended.map((call) => `ESTAB 0 0 ${call.address}:1811\n`).join('') };
}

/** `nft -f -` with the one table that the agents make. */
async function nft(_: Ganeti, { at }: Errand, { input = '' }: Command): Promise<Ended> {
  at.shunned.clear();
  for (const [, address] of input.matchAll(/daddr (\S+) tcp dport/g)) {
    if (address !== undefined) at.shunned.add(address);
  }
  return { code: 0, text: '' };
}
