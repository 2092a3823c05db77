import type { LuxiError } from '../ganeti/luxi.ts';
import type { SweepSettings } from './settings.ts';

const CHECK = 'Check: gnt-cluster master-ping';

/**
 * GNH302 where the connection has failed; `waiting`: the nodes for which no job is known, `tried`: those for which luxid
 * was asked for one. A job that it may have taken without an answer is the next sweep's to find.
 */
export function failureText(
  { failure, message }: LuxiError,
  waiting: readonly string[],
  tried: readonly string[],
): string {
  const isLost =
    (failure.kind === 'timeout' || failure.kind === 'closed') &&
    failure.method?.startsWith('Submit') === true;
  const lost = isLost ? waiting.filter((node) => tried.includes(node)) : [];
  const rest = waiting.filter((node) => !lost.includes(node));
  const what = [
    ...(lost.length === 0 ? [] : [`it is not known yet whether ${lost.join(', ')} is being marked offline`]),
    ...(rest.length === 0 ? [] : [`not marked offline: ${rest.join(', ')}`]),
  ];
  const isMidway = 'method' in failure && failure.method !== undefined;
  const followed = isMidway ? 'not every job was followed up' : 'jobs were not followed up';
  const nothing = isLost ? 'the job may have been taken all the same' : followed;
  const trouble = isLost ? 'took too long' : 'cannot be used';
  return `luxid on this master ${trouble} (${message}); ${what.join('; ') || nothing}. ${CHECK}`;
}

/** The nodes for which each kind of job was submitted. */
export interface DoneInTime {
  readonly offlined: readonly string[];
  readonly powered: readonly string[];
  readonly marked: readonly string[];
}

/**
 * GNH302 where luxid took so long that the look is too old for more; undefined where that leaves nothing undone. A job
 * that was refused is told by itself.
 */
export function latenessText(
  wanted: readonly string[],
  { offlined, powered, marked }: DoneInTime,
  { usePoweroff, usePowercycle, onReturn }: Pick<SweepSettings, 'usePoweroff' | 'usePowercycle' | 'onReturn'>,
): string | undefined {
  const left = wanted.filter((node) => !offlined.includes(node));
  const unpowered = usePoweroff || usePowercycle ? offlined.filter((node) => !powered.includes(node)) : [];
  const unmarked = onReturn === 'readmit' ? offlined.filter((node) => !marked.includes(node)) : [];
  const undone = [
    ...(left.length === 0 ? [] : [`the next looks see to ${left.join(', ')}`]),
    ...(unpowered.length === 0 ? [] : [`no power job for ${unpowered.join(', ')}`]),
    ...(unmarked.length === 0 ? [] : [`${unmarked.join(', ')} is not taken back by itself`]),
  ];
  if (undone.length === 0) return undefined;
  return `luxid on this master took too long over a job, so that the look is too old for more: ${undone.join('; ')}. ${CHECK}`;
}
