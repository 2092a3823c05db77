import type { StatResult, WriteResult } from '../env/env.ts';
import type { Disk } from './world.ts';

interface Entry {
  readonly text: string;
  readonly base64: boolean;
  readonly mtimeMs: number;
  readonly mode: number;
}

const DONE: WriteResult = { kind: 'done' };
const FAULTS = {
  full: { kind: 'failed', message: 'ENOSPC: no space left on device, write' },
  'read-only': { kind: 'failed', message: 'EROFS: read-only file system, open' },
} as const;

/** An empty disk; `wallClock` stamps what is written. `/var/run` is `/run`, as on Debian. */
export function makeDisk(wallClock: () => number): Disk {
  const files = new Map<string, Entry>();
  /** Folder to the names in it, so that a stat or a list of a folder needs no search. */
  const folders = new Map<string, Map<string, number>>();
  const set = (path: string, entry: Entry): void => {
    if (!files.has(path)) countNames(folders, path, 1);
    files.set(path, entry);
  };
  const unset = (path: string): void => {
    if (files.delete(path)) countNames(folders, path, -1);
  };
  const put = (path: string, text: string, base64 = false, mode = 0o644): void =>
    set(real(path), { text, base64, mtimeMs: wallClock(), mode });
  const faulty = (path: string, removing = false): WriteResult | undefined => {
    const { fault } = disk;
    // These two are never on a disk.
    if (fault === undefined || /^\/(run|proc)\//.test(real(path)) || (removing && fault === 'full'))
      return undefined;
    return FAULTS[fault];
  };
  const stat = (given: string): StatResult => {
    const path = real(given);
    const entry = files.get(path);
    if (entry !== undefined) {
      const { text, base64, mtimeMs, mode } = entry;
      const size = base64 ? Math.floor((text.length * 3) / 4) : text.length;
      return { kind: 'file', size, mtimeMs, uid: 0, mode };
    }
    const names = folders.get(path.replace(/\/+$/, ''));
    if (names === undefined || names.size === 0) return { kind: 'missing' };
    return { kind: 'directory', size: 0, mtimeMs: 0, uid: 0, mode: 0o755 };
  };
  const computed = new Map<string, () => string>();
  const disk: Disk = {
    fault: undefined,
    appended: undefined,
    computed,
    read: (path) => {
      const entry = files.get(real(path));
      if (entry === undefined) {
        const text = computed.get(path)?.();
        return text === undefined ? { kind: 'missing' } : { kind: 'text', text, mtimeMs: wallClock() };
      }
      const text = entry.base64 ? Buffer.from(entry.text, 'base64').toString('utf8') : entry.text;
      return { kind: 'text', text, mtimeMs: entry.mtimeMs };
    },
    readBase64: (path) => {
      const entry = files.get(real(path));
      if (entry === undefined) return { kind: 'missing' };
      const text = entry.base64 ? entry.text : Buffer.from(entry.text).toString('base64');
      return { kind: 'text', text, mtimeMs: entry.mtimeMs };
    },
    stat,
    lstat: stat,
    list: (path) => [...(folders.get(real(path).replace(/\/+$/, ''))?.keys() ?? [])].sort(),
    write: (path, text, mode = 0o644) => {
      const failed = faulty(path);
      if (failed === undefined) put(path, text, false, mode);
      return failed ?? DONE;
    },
    create: (path, text) => {
      if (files.has(real(path))) return { kind: 'exists' };
      const failed = faulty(path);
      if (failed === undefined) put(path, text);
      return failed ?? DONE;
    },
    append: (path, text) => {
      const failed = faulty(path);
      const old = files.get(real(path));
      if (failed !== undefined) return failed;
      put(path, (old?.text ?? '') + text, false, old?.mode);
      disk.appended?.(path, text);
      return DONE;
    },
    remove: (path) => {
      const failed = files.has(real(path)) ? faulty(path, true) : undefined;
      if (failed === undefined) unset(real(path));
      return failed ?? DONE;
    },
    rename: (from, to) => {
      const entry = files.get(real(from));
      if (entry === undefined)
        return { kind: 'failed', message: 'ENOENT: no such file or directory, rename' };
      const failed = faulty(from, true) ?? faulty(to, true);
      if (failed !== undefined) return failed;
      unset(real(from));
      set(real(to), entry);
      return DONE;
    },
    put: (path, text, { base64, mode } = {}) => put(path, text, base64, mode),
    clearRun: () => {
      for (const path of [...files.keys()]) if (path.startsWith('/run/')) unset(path);
    },
  };
  return disk;
}

function real(path: string): string {
  return path.startsWith('/var/run/') ? path.slice('/var'.length) : path;
}

function countNames(folders: Map<string, Map<string, number>>, path: string, by: 1 | -1): void {
  for (let end = path.lastIndexOf('/'); end >= 0; end = path.lastIndexOf('/', end - 1)) {
    const folder = path.slice(0, end);
    const [name = ''] = path.slice(end + 1).split('/', 1);
    const names = folders.get(folder) ?? new Map<string, number>();
    folders.set(folder, names);
    const count = (names.get(name) ?? 0) + by;
    if (count > 0) names.set(name, count);
    else names.delete(name);
    if (end === 0) return;
  }
}
