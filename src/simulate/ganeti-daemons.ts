import { endStarting } from './ganeti-starting.ts';
import {
  type Daemon,
  type DaemonProcess,
  type Ganeti,
  type GanetiHost,
  isAwake,
  RUN_DIR,
} from './ganeti-state.ts';

/** USER_HZ. */
const MS_PER_TICK = 10;
const STOP_MS = 100;

const TCP: Readonly<Partial<Record<Daemon, number>>> = {
  'ganeti-noded': 1811,
  'ganeti-mond': 1815,
  'ganeti-rapi': 5080,
};
const UDP: Readonly<Partial<Record<Daemon, number>>> = { 'ganeti-confd': 1814 };

/** Puts a daemon's process on a host, with its pid file and what /proc says of it. */
export function beginDaemon(ganeti: Ganeti, at: GanetiHost, daemon: Daemon): DaemonProcess {
  const { world } = ganeti;
  const { host } = at;
  const pid = host.nextPid();
  const running: DaemonProcess = { daemon, pid, state: 'working', alive: true, woken: new Set() };
  at.daemons.set(daemon, running);
  at.staleSockets.delete(daemon);
  host.pids.set(pid, {
    signal: (signal) => {
      if (signal === 'SIGKILL') endDaemon(ganeti, at, daemon, 'killed');
      else if (isAwake(running))
        world.clock.after(STOP_MS, () => running.alive && endDaemon(ganeti, at, daemon, 'terminated'));
    },
  });
  host.disk.put(`${RUN_DIR}/${daemon}.pid`, `${pid}\n`);
  host.disk.put(`/proc/${pid}/comm`, `${daemon}\n`);
  host.disk.put(`/proc/${pid}/cmdline`, `/usr/sbin/${daemon}\0`);
  putStat(ganeti, at, running);
  if (daemon === 'ganeti-luxid') world.log(host, 'luxid up');
  return running;
}

/** `killed` leaves pid file and socket behind, as a crash does. */
export function endDaemon(
  ganeti: Ganeti,
  at: GanetiHost,
  daemon: Daemon,
  how: 'killed' | 'terminated',
): void {
  const running = at.daemons.get(daemon);
  if (running === undefined) return;
  const { host } = at;
  running.alive = false;
  at.daemons.delete(daemon);
  host.pids.delete(running.pid);
  for (const file of ['comm', 'cmdline', 'stat']) host.disk.remove(`/proc/${running.pid}/${file}`);
  if (how === 'terminated') host.disk.remove(`${RUN_DIR}/${daemon}.pid`);
  else at.staleSockets.add(daemon);
  if (daemon === 'ganeti-wconfd') {
    at.memory = undefined;
    at.pushed = undefined;
  }
  if (daemon === 'ganeti-luxid') ganeti.world.log(host, 'luxid down');
  for (const tell of [...running.woken]) tell();
  at.daemonEnded(daemon);
}

export function setState(
  ganeti: Ganeti,
  at: GanetiHost,
  daemon: Daemon,
  state: DaemonProcess['state'],
): void {
  const running = at.daemons.get(daemon);
  if (running === undefined) return;
  running.state = state;
  putStat(ganeti, at, running);
  if (state === 'working') for (const tell of [...running.woken]) tell();
}

/** All processes end with the host; /run is lost anyway. */
export function forgetDaemons(at: GanetiHost): void {
  const gone = [...at.daemons.values()];
  at.daemons.clear();
  at.staleSockets.clear();
  at.memory = undefined;
  at.pushed = undefined;
  at.distributing = undefined;
  for (const pid of [...at.starting.keys()]) endStarting(at, pid);
  for (const running of gone) {
    running.alive = false;
    for (const file of ['comm', 'cmdline', 'stat']) at.host.disk.remove(`/proc/${running.pid}/${file}`);
    for (const tell of [...running.woken]) tell();
  }
}

function putStat({ world }: Ganeti, { host, bootedMs }: GanetiHost, running: DaemonProcess): void {
  const path = `/proc/${running.pid}/stat`;
  const old = host.disk.read(path);
  const begun =
    old.kind === 'text'
      ? (old.text.split(' ').at(-1) ?? '0')
      : `${Math.floor((world.clock.now() - bootedMs) / MS_PER_TICK)}`;
  const state = running.state === 'suspended' ? 'T' : 'S';
  // Fields 3 to 22 of proc(5); only the first and the last of them say anything here.
  const fields = [state, ...Array<string>(18).fill('0'), begun];
  host.disk.put(path, `${running.pid} (${running.daemon}) ${fields.join(' ')}`);
}

/** What `/proc` answers anew at each look. */
export function computeProc({ world }: Ganeti, at: GanetiHost): void {
  const { computed } = at.host.disk;
  computed.set('/proc/uptime', () => `${((world.clock.now() - at.bootedMs) / 1000).toFixed(2)} 0.00\n`);
  computed.set('/proc/net/tcp', () => table(at, TCP, '0A'));
  computed.set('/proc/net/udp', () => table(at, UDP, '07'));
}

const HEAD = '  sl  local_address rem_address   st\n';

function table(at: GanetiHost, ports: Readonly<Partial<Record<Daemon, number>>>, state: string): string {
  const lines = [...at.daemons.keys()].flatMap((daemon) => {
    const port = ports[daemon];
    if (port === undefined) return [];
    return [`   0: 00000000:${port.toString(16).toUpperCase().padStart(4, '0')} 00000000:0000 ${state}\n`];
  });
  return HEAD + lines.join('');
}
