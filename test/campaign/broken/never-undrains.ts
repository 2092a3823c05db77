import type * as real from '../../../src/promotable/drain.ts';

export * from '../../../src/promotable/drain.ts';

export const liftDrain: typeof real.liftDrain = async () => ({ kind: 'nothing' });
