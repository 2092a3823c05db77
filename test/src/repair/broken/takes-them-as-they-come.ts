import type * as real from '../../../../src/repair/importance.ts';

export * from '../../../../src/repair/importance.ts';

export const moreImportantFirst: typeof real.moreImportantFirst = (one, other) =>
  other.priority - one.priority;
