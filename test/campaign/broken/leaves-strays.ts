import type * as real from '../../../src/node/stray-master.ts';
import type * as told from '../../../src/sweep/old-masters.ts';

export const stopStrayMaster: typeof real.stopStrayMaster = () => Promise.resolve(false);
export const stopSucceeded: typeof real.stopSucceeded = () => Promise.resolve(false);
export const stopOutvoted: typeof real.stopOutvoted = () => Promise.resolve(false);
export const stopOldMasters: typeof told.stopOldMasters = () => Promise.resolve(false);
