import * as real from '../../../../src/repair/decision-table.ts';

export * from '../../../../src/repair/decision-table.ts';

const { local } = real.ON_ONE_NODE;

export const ON_ONE_NODE: typeof real.ON_ONE_NODE = {
  ...real.ON_ONE_NODE,
  local: { ...local, leaves: local.dead },
};
