import type * as real from '../../../../src/repair/permission.ts';

export * from '../../../../src/repair/permission.ts';

export const permits: typeof real.permits = () => true;
export const mayBegin: typeof real.mayBegin = (policy) => policy.kind === 'allowed';
