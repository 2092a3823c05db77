import type { Files } from '../env/env.ts';
import { readSsconfLines } from './ssconf-files.ts';

/** The names of all nodes from this node's ssconf; empty where it cannot be read. */
export function readNodeList(files: Files, dataDir: string): readonly string[] {
  const read = readSsconfLines(files, dataDir, 'node_list');
  return read.kind === 'lines' ? read.lines : [];
}
