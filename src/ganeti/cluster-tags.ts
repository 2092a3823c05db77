import type { Files } from '../env/env.ts';
import { readSsconfLines } from './ssconf-files.ts';

/**
 * The cluster's tags from this node's ssconf, one small file; none where it cannot be read, since a tag can only
 * ask for more than the default.
 */
export function readClusterTags(files: Files, dataDir: string): readonly string[] {
  const read = readSsconfLines(files, dataDir, 'cluster_tags');
  return read.kind === 'lines' ? read.lines : [];
}
