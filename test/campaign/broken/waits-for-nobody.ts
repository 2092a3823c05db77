import type * as real from '../../../src/repair/busy.ts';

export type { Busy } from '../../../src/repair/busy.ts';

export const tagsUnderWay: typeof real.tagsUnderWay = () => undefined;
export const busyWith: typeof real.busyWith = () => undefined;
