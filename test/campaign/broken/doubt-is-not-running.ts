import * as real from '../../../src/master/monitor.ts';
import { NOT_RUNNING } from '../../../src/ocf/result.ts';

export const monitor: typeof real.monitor = async (context) => {
  const result = await real.monitor(context);
  return result.code === 1 ? NOT_RUNNING : result;
};
