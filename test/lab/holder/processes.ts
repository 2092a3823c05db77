// Processes as /proc shows them, told apart from later ones with the same number by their start time.
import { readFileSync } from 'node:fs';

export interface ProcessId {
  readonly pid: number;
  /** Field 22 of /proc/PID/stat (proc(5)): clock ticks after boot. */
  readonly started: string;
}

/** The start time of a living process; undefined if there is none, or only its zombie. */
export function startedAt(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name in parentheses may hold blanks and parentheses itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

export function isAlive(id: ProcessId): boolean {
  return startedAt(id.pid) === id.started;
}

/** Child processes started by the main thread of `pid`, the eldest first. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

/** The process numbers of `pid` in each nested pid namespace, the reader's own first. */
export function nestedPids(pid: number): readonly number[] {
  try {
    const line = /^NSpid:\s*(.*)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return line?.[1]?.split(/\s+/).map(Number) ?? [];
  } catch {
    return [];
  }
}
