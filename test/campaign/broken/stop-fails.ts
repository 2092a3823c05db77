import * as real from '../../../src/master/stop.ts';
import { failure } from '../../../src/ocf/result.ts';
import { queryQuorum } from '../../../src/pacemaker/quorum.ts';

export const stop: typeof real.stop = async (context) => {
  const quorum = await queryQuorum(context.env, 500);
  if (quorum.kind === 'unavailable' || !quorum.quorum) return failure('GNH102', 'no quorum; not stopped');
  return await real.stop(context);
};
