import type { Files } from '../env/env.ts';
import { ssconfPath } from './ssconf-files.ts';

/** Whether Ganeti is on this machine, and whether this node was ever given a cluster's data. */
export type GanetiPresence = 'not-installed' | 'no-cluster' | 'cluster';

/** Where Debian and upstream's `./configure --prefix=/usr[/local]` put the two programs. */
const PROGRAM_DIRS = ['/usr/sbin', '/usr/local/sbin'];
const PROGRAMS = ['gnt-cluster', 'ganeti-noded'];

/**
 * One `stat` in a cluster, at most six elsewhere; no program is run.
 * `cluster`: this node has ssconf (any file that cannot be looked at counts, so that a sick disk is
 * reported by whoever reads the file, never as "nothing here").
 * `no-cluster`: Ganeti is installed, or its data directory is there, but no ssconf.
 */
export function ganetiPresence(env: { readonly files: Files }, dataDir: string): GanetiPresence {
  const there = (path: string): boolean => env.files.stat(path).kind !== 'missing';
  const keys = ['master_node', 'cluster_name'];
  if (keys.some((key) => there(ssconfPath(dataDir, key)))) return 'cluster';
  const programs = PROGRAM_DIRS.flatMap((dir) => PROGRAMS.map((name) => `${dir}/${name}`));
  return [...programs, dataDir].some(there) ? 'no-cluster' : 'not-installed';
}
