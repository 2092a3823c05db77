import type { LuxiError } from '../ganeti/luxi.ts';
import type { SweepSettings } from './settings.ts';

const CHECK = 'Check: gnt-cluster master-ping';

/**
 * GNH302 where the connection has failed; `waiting`: the nodes for which no job is known. A job that luxid may have taken
 * without an answer is the next sweep's to find.
 */
export function failureText({ failure, message }: LuxiError, waiting: readonly string[]): string {
  const lost =
    (failure.kind === 'timeout' || failure.kind === 'closed') &&
    failure.method?.startsWith('Submit') === true;
  const nodes = waiting.join(', ');
  if (lost && waiting.length > 0)
    return `luxid on this master took too long (${message}); it is not known yet whether these are being marked offline: ${nodes}. ${CHECK}`;
  if (lost)
    return `luxid on this master took too long (${message}); the job may have been taken all the same. ${CHECK}`;
  const what = waiting.length === 0 ? 'jobs were not followed up' : `not marked offline: ${nodes}`;
  return `luxid on this master cannot be used (${message}); ${what}. ${CHECK}`;
}

/**
 * GNH302 where luxid took so long over the offline jobs that the look is too old for more; undefined where that leaves
 * nothing undone. A job that was refused is told by itself.
 */
export function latenessText(
  wanted: readonly string[],
  done: readonly string[],
  { usePoweroff, usePowercycle }: Pick<SweepSettings, 'usePoweroff' | 'usePowercycle'>,
): string | undefined {
  const left = wanted.filter((node) => !done.includes(node));
  const undone = [
    ...(left.length === 0 ? [] : [`the next look sees to ${left.join(', ')}`]),
    ...(done.length > 0 && (usePoweroff || usePowercycle) ? [`no power job for ${done.join(', ')}`] : []),
  ];
  if (undone.length === 0) return undefined;
  return `luxid on this master took too long over a job, so that the look is too old for more: ${undone.join('; ')}. ${CHECK}`;
}
