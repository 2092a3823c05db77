import type { Parameters } from './parameters.ts';

export type Mode = 'partial' | 'full';

/**
 * The mode of this call: level 10 of `OCF_CHECK_LEVEL` is full mode; else the parameter; else the tag, which is
 * read only now; else partial.
 */
export function modeOf(parameters: Parameters, checkLevel: number, tagged: () => Mode | undefined): Mode {
  if (checkLevel >= 10) return 'full';
  return parameters.mode ?? tagged() ?? 'partial';
}
