import * as real from '../../../../src/repair/decide-instance.ts';

export const decideInstance: typeof real.decideInstance = (its, newId) =>
  real.decideInstance({ ...its, stopped: undefined }, newId);
