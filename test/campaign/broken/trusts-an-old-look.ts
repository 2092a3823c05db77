import * as real from '../../../src/sweep/agent-look.ts';

/** Repairs take it for new however old it is. */
export const agentLook: typeof real.agentLook = async (context, ssconf, notified = []) => ({
  ...(await real.agentLook(context, ssconf, notified)),
  lookedMs: Number.POSITIVE_INFINITY,
});
