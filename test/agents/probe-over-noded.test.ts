import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import type { RunOptions } from './world.ts';

const H1 = 'h1.lab.test';
const H2 = 'h2.lab.test';
const PROBE: RunOptions = { meta: { interval: '0' } };
const OPTIONS = { size: 5, candidates: [1, 2] };

describe('a probe of a master whose luxid works, and to which no ConfD answers', { concurrency: 3 }, () => {
  for (const { title, named, code } of [
    {
      title: 'does not find it where most nodes name another, and that one itself, too',
      named: { h2: H2, h3: H2, h4: H2 },
      code: 1,
    },
    {
      title: 'finds it where the one whom most name does not say so',
      named: { h3: H2, h4: H2, h5: H2 },
      code: 0,
    },
    { title: 'finds it where most nodes name this one', named: { h2: H2, h3: H1, h4: H1, h5: H1 }, code: 0 },
    { title: 'finds it where no more than two of five name another', named: { h2: H2, h3: H2 }, code: 0 },
    { title: 'finds it where nobody answers', named: {}, code: 0 },
  ]) {
    inWorld(title, OPTIONS, async (world) => {
      await world.luxid();
      for (const [host, master] of Object.entries(named)) await world.noded(`${host}.lab.test`, { master });
      const run = await world.run('ganeti-master', 'monitor', PROBE);
      assert.equal(run.code, code, run.stderr);
      if (code === 1) assert.match(run.reason, /^GNH109 .*h2\.lab\.test as master; luxid works here/);
    });
  }
});
