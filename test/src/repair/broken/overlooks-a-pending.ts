import * as real from '../../../../src/repair/records.ts';

export const recordsOf: typeof real.recordsOf = (tags) => ({
  ...real.recordsOf(tags),
  active: undefined,
  later: [],
});
