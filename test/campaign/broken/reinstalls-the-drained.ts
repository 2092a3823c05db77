import * as real from '../../../src/repair/decision-table.ts';

export * from '../../../src/repair/decision-table.ts';

export const STANDING: typeof real.STANDING = { ...real.STANDING, drained: 'dead' };
