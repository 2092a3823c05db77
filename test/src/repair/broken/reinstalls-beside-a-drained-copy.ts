import * as real from '../../../../src/repair/decision-table.ts';

export * from '../../../../src/repair/decision-table.ts';

const { dead } = real.MIRRORED;

export const MIRRORED: typeof real.MIRRORED = { ...real.MIRRORED, dead: { ...dead, leaves: dead.dead } };
