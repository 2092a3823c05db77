import { parseLimit } from '../ganeti/tag-limit.ts';
import { settingsFromTags } from '../ganeti/tags.ts';
import type { Parameters } from '../ocf/parameters.ts';
import type { Limit } from '../policy/limit.ts';
import { DEFAULT_COOLDOWN_MS } from '../policy/storm.ts';

/** What the administrator wants of a sweep: parameters override tags, tags override defaults. */
export interface SweepSettings {
  readonly evidence: 'fenced' | 'lost';
  readonly limit: Limit | undefined;
  /** How long after a storm nothing new is marked offline, milliseconds. */
  readonly cooldownMs: number;
  readonly usePowercycle: boolean;
  readonly usePoweroff: boolean;
  readonly drainOnLeave: boolean;
  readonly onReturn: 'hold' | 'readmit';
  /** How long a returned node has to be sound before it is taken back, milliseconds. */
  readonly readmitAfterMs: number;
  /** Tags of ours that could not be understood. */
  readonly warnings: readonly string[];
}

/** Long enough for a machine that dies of its instances' load, or of its own heat, to do so again. */
const READMIT_AFTER_S = 600;

/** What suffices for a death: the parameter's word, else the cluster tag's, else nothing less than fencing. */
export function sufficientEvidence(
  parameter: SweepSettings['evidence'] | undefined,
  tagged: Pick<ReturnType<typeof settingsFromTags>, 'evidence'>,
): SweepSettings['evidence'] {
  return parameter ?? tagged.evidence ?? 'fenced';
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
    evidence: sufficientEvidence(parameters.evidence, tagged),
    limit,
    cooldownMs: tagged.cooldown === undefined ? DEFAULT_COOLDOWN_MS : 1000 * tagged.cooldown,
    usePowercycle: tagged.usePowercycle,
    usePoweroff: tagged.usePoweroff,
    drainOnLeave: tagged.drainOnLeave,
    onReturn: parameters.onReturn ?? tagged.onReturn ?? 'hold',
    readmitAfterMs: 1000 * (parameters.readmitAfter ?? tagged.readmitAfter ?? READMIT_AFTER_S),
    warnings: tagged.warnings,
  };
}
