import * as real from '../../../src/node/monitor.ts';
import { SUCCESS } from '../../../src/ocf/result.ts';

export const monitor: typeof real.monitor = async (context) =>
  context.call.probe ? SUCCESS : await real.monitor(context);
