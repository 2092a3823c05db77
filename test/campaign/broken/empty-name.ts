import type * as real from '../../../src/pacemaker/attributes.ts';

export * from '../../../src/pacemaker/attributes.ts';

export const setNodeAttribute: typeof real.setNodeAttribute = async (env, name, value, timeoutMs) => {
  await env.run({
    program: 'attrd_updater',
    args: ['--name', name, '--update', value, '--node', ''],
    timeoutMs,
  });
  return { kind: 'done' };
};
