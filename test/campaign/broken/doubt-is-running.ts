import * as real from '../../../src/master/examine.ts';

export const examine: typeof real.examine = async (context, state) => {
  const found = await real.examine(context, state);
  return found.kind === 'answer' && found.result.reason !== undefined ? { kind: 'held' } : found;
};
