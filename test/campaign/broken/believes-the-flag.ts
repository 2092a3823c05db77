import * as real from '../../../src/repair/node-state.ts';

export * from '../../../src/repair/node-state.ts';

export const nodeState: typeof real.nodeState = (flags, life) =>
  flags.offline ? 'offline' : real.nodeState(flags, life);
