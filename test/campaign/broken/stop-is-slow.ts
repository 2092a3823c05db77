import * as real from '../../../src/node/stop.ts';

export const stop: typeof real.stop = async (context) => {
  await context.env.clock.sleep(3_000);
  return await real.stop(context);
};
