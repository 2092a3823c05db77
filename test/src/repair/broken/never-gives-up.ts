import type * as real from '../../../../src/repair/attempts.ts';

export * from '../../../../src/repair/attempts.ts';

export const prospect: typeof real.prospect = () => ({ kind: 'go' });
