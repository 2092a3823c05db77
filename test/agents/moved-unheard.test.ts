import assert from 'node:assert/strict';
import { describe } from 'node:test';
import { inWorld } from './in-world.ts';
import { watchingMaster } from './watching-master.ts';
import type { World } from './world.ts';

const H2 = 'h2.lab.test';

/** h2 has a newer configuration and names itself; nothing of it has reached this master, h1, whose luxid works. */
async function rival(world: World): Promise<void> {
  await watchingMaster(world);
  world.confdNow(H2, { master: H2, serial: 11 });
  world.pacemaker({});
}

describe('one other candidate names itself with a newer configuration, against a luxid that works here', {
  concurrency: 3,
}, () => {
  inWorld('the role has moved where most nodes name that one', { candidates: [1, 2] }, async (world) => {
    await rival(world);
    await world.noded(H2, { master: H2 });
    await world.noded('h3.lab.test', { master: H2 });
    const node = await world.run('ganeti-node', 'monitor');
    assert.match(node.told, /^GNH109 .*h2\.lab\.test names h2\.lab\.test, and luxid works here, too/);
    const master = await world.run('ganeti-master', 'monitor');
    assert.equal(master.code, 1);
    assert.match(master.reason, /^GNH109 /);
  });

  for (const { title, third } of [
    { title: 'it is an old master’s where the others name this one', third: 'h1.lab.test' },
    { title: 'it may be an old master’s where the others do not answer', third: undefined },
  ]) {
    inWorld(title, { candidates: [1, 2] }, async (world) => {
      await rival(world);
      await world.noded(H2, { master: H2 });
      if (third !== undefined) await world.noded('h3.lab.test', { master: third });
      const node = await world.run('ganeti-node', 'monitor');
      assert.match(node.told, /^GNH109 .*nothing is submitted from here/);
      assert.equal((await world.run('ganeti-master', 'monitor')).code, 0);
    });
  }
});
