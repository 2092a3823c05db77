import type { GanetiHost, StartingProcess } from './ganeti-state.ts';

/** Apart from all others: names that are made of process ids stay as they are in the logs of stories. */
const FIRST_PID = 50_001;

/** Puts a process on a host that writes no pid file: a daemon at its vote, or the init script. Any signal ends it. */
export function beginStarting(at: GanetiHost, comm: string, cmdline: string): number {
  const { host } = at;
  const pid = FIRST_PID + at.begunStarting++;
  let tell: (how: 'killed') => void = () => {};
  const killed = new Promise<'killed'>((resolve) => {
    tell = resolve;
  });
  const process: StartingProcess = { killed, alive: true };
  at.starting.set(pid, process);
  host.pids.set(pid, {
    signal: () => {
      endStarting(at, pid);
      tell('killed');
    },
  });
  host.disk.put(`/proc/${pid}/comm`, `${comm}\n`);
  host.disk.put(`/proc/${pid}/cmdline`, cmdline);
  return pid;
}

export function endStarting(at: GanetiHost, pid: number): void {
  const process = at.starting.get(pid);
  if (process === undefined) return;
  process.alive = false;
  at.starting.delete(pid);
  at.host.pids.delete(pid);
  for (const file of ['comm', 'cmdline']) at.host.disk.remove(`/proc/${pid}/${file}`);
}
