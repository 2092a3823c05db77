import assert from 'node:assert/strict';
import { it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';
import { look } from '../../../src/node/look.ts';
import { readCall } from '../../../src/ocf/environment.ts';
import { readParameters } from '../../../src/ocf/parameters.ts';
import { inWorld } from '../../agents/in-world.ts';
import { fence, watchingMaster } from '../../agents/watching-master.ts';

it('a look that meets an error of our own comes back with a reason instead of failing the role', async () => {
  const logged: string[] = [];
  const real = realEnv({}, (_level, message) => logged.push(message));
  const files = {
    ...real.files,
    list: () => {
      throw new RangeError('Invalid time value');
    },
    remove: () => ({ kind: 'done' }) as const,
  };
  const env: Env = { ...real, files };
  const reasons = await look(
    {
      env,
      call: readCall('ganeti-node', ['monitor'], {}),
      parameters: readParameters({}).parameters,
      simulations: { active: () => undefined, refused: [] },
    },
    { trigger: 'monitor', notifiedFenced: [], sweepWaitMs: 0 },
  );
  assert.deepEqual(
    reasons.map(({ code }) => code),
    ['GNH011'],
  );
  assert.match(reasons[0]?.text ?? '', /Invalid time value/);
  assert.match(logged.join('\n'), /GNH011.*monitor.*Invalid time value/);
});

inWorld('a memory with an absurd moment in it is no memory, and the monitor succeeds', {}, async (world) => {
  await watchingMaster(world);
  fence(world, 'h3');
  await world.run('ganeti-node', 'monitor');
  const path = '/run/ganeti-ha/observations.json';
  world.put(path, (world.read(path) ?? '').replace(/"firstSeenMs":\d+/g, '"firstSeenMs":1e20'));
  world.remove('/run/ganeti-ha/quiet.json');
  const run = await world.run('ganeti-node', 'monitor');
  assert.ok(run.code === 0 || run.code === 190, run.stderr);
});
