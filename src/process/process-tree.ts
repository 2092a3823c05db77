import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills a process and all that descend from it.
 * Children stay in the agent's own process group, so that Pacemaker's kill of the group takes them along;
 * therefore a group kill is not ours to use, and the tree is walked instead. Daemons that a command started
 * have left the tree (double fork) and live on, as they should.
 */
export function killTree(pid: number): void {
  // Stopped first: it must not start another child after its children were listed.
  trySignal(pid, 'SIGSTOP');
  for (const child of childrenOf(pid)) killTree(child);
  trySignal(pid, 'SIGKILL');
}

function trySignal(pid: number, signal: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already: its children are still ours to end.
  }
}

/** The kernel lists children by the thread that started them (proc(5)), and Python's tools have several. */
function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((thread) => childrenOfThread(pid, thread));
  } catch {
    return [];
  }
}

function childrenOfThread(pid: number, thread: string): readonly number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8');
    return text
      .split(' ')
      .map(Number)
      .filter((child) => child > 0);
  } catch {
    return [];
  }
}
