import * as real from '../../../../src/repair/diagnose.ts';

export const diagnose: typeof real.diagnose = (instance, nodes) =>
  real.diagnose({ ...instance, adminState: 'down' }, nodes);
