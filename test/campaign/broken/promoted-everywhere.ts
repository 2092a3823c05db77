import { ExitCode } from '../../../src/ocf/exit-codes.ts';
import * as real from '../../../src/promotable/monitor.ts';

export const monitor: typeof real.monitor = async (context) => {
  const result = await real.monitor(context);
  return result.code === ExitCode.success ? { code: ExitCode.runningPromoted } : result;
};
