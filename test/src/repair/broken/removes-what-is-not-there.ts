import * as real from '../../../../src/repair/end-repair.ts';
import { startMark } from '../../../../src/repair/format-tags.ts';

export const endRepairs: typeof real.endRepairs = (its, endings) => {
  const { kind, set, remove } = real.endRepairs(its, endings);
  return { kind, set, remove: [...remove, ...endings.map(({ pending }) => startMark(pending.id))] };
};

export const failed: typeof real.failed = (its, pending, why) => ({
  ...real.failed(its, pending, why),
  action: endRepairs(its, [{ pending, outcome: 'failure' }]),
});
