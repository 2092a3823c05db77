import * as real from '../../../src/sweep/agent-look.ts';

export const agentLook: typeof real.agentLook = async (context, ssconf, notified = []) => {
  const view = await real.agentLook(context, ssconf, notified);
  const verdicts = view.verdicts.filter(
    ({ node, verdict }) => verdict !== 'fenced' || notified.some((name) => node.startsWith(`${name}.`)),
  );
  return { ...view, verdicts };
};
