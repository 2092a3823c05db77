// Where the lab keeps its things: layers and snapshots in the project's cache, a running lab in its own folder.
import { createHash, type Hash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const projectDir = resolve(import.meta.dirname, '..', '..');
export const labSourceDir = import.meta.dirname;
export const cacheDir = join(projectDir, '.cache', 'lab');
/** The directory every private mount namespace mounts its root on; outside of them it stays empty. */
export const mountPoint = join(cacheDir, 'mnt');

/** The folders of one lab. Another `dir` is another lab beside it. */
export interface LabPaths {
  readonly dir: string;
  readonly run: string;
  readonly disks: string;
  /** `shared/hN` is /lab in the host and survives its power cuts. */
  readonly shared: string;
  readonly bmc: string;
  readonly evidence: string;
}

export function labPaths(dir: string = process.env.LAB_DIR ?? join(projectDir, '.lab')): LabPaths {
  const root = resolve(dir);
  return {
    dir: root,
    run: join(root, 'run'),
    disks: join(root, 'disks'),
    shared: join(root, 'shared'),
    bmc: join(root, 'run', 'bmc'),
    evidence: join(root, 'evidence'),
  };
}

export function prepareCache(): void {
  mkdirSync(mountPoint, { recursive: true });
}

/** Adds files and whole folders to a hash, by relative name and content. */
export function hashFiles(hash: Hash, paths: readonly string[]): Hash {
  for (const path of paths) {
    const entries = readdirSync(labSourceDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => file === join(labSourceDir, path) || file.startsWith(`${join(labSourceDir, path)}/`))
      .sort();
    if (entries.length === 0) throw new Error(`hashFiles: no file ${path} in ${labSourceDir}`);
    for (const file of entries)
      hash.update(file.slice(labSourceDir.length)).update('\0').update(readFileSync(file));
  }
  return hash;
}

export function newHash(): Hash {
  return createHash('sha256');
}

/** Overlay's mount options have no place for these characters in a path. */
export function overlayPath(path: string): string {
  if (/[:,\\\s]/.test(path))
    throw new Error(`the lab cannot work in ${path}: no blank, colon, comma or backslash allowed`);
  return path;
}
