import { settingsFromTags } from '../ganeti/tags.ts';
import type { Parameters } from '../ocf/parameters.ts';
import { type Limit, parseLimit } from '../policy/limit.ts';

/** What the administrator wants of a sweep: parameters override tags, tags override defaults. */
export interface SweepSettings {
  readonly evidence: 'fenced' | 'lost';
  readonly limit: Limit | undefined;
  readonly usePowercycle: boolean;
  readonly usePoweroff: boolean;
  /** Tags of ours that could not be understood. */
  readonly warnings: readonly string[];
}

/** Resolves the settings of a sweep from the resource's parameters and the cluster's tags. */
export function sweepSettings(
  parameters: Parameters,
  tags: readonly string[],
  nodeCount: number,
): SweepSettings {
  const tagged = settingsFromTags(tags, nodeCount);
  const limit = parameters.maxOffline === undefined ? tagged.maxOffline : parseLimit(parameters.maxOffline);
  return {
    evidence: parameters.evidence ?? tagged.evidence ?? 'fenced',
    limit,
    usePowercycle: tagged.usePowercycle,
    usePoweroff: tagged.usePoweroff,
    warnings: tagged.warnings,
  };
}
