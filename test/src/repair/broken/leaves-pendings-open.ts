import type * as real from '../../../../src/repair/healthy-again.ts';
import { nothing } from '../../../../src/repair/instance-case.ts';

export const decideHealthy: typeof real.decideHealthy = (its) => nothing('healthy', its.diagnosis.because);
