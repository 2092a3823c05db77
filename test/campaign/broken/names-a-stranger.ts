import * as real from '../../../src/ganeti/opcodes.ts';

export * from '../../../src/ganeti/opcodes.ts';

export const offlineNode: typeof real.offlineNode = (node, ...rest) =>
  real.offlineNode(`${node}.org`, ...rest);
