// What a node should have and can do without for a while is shown, and never acted on.
import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { describe } from 'node:test';
import { createServer as createTlsServer, type Server } from 'node:tls';
import { certificate } from '../src/ganeti/machine.ts';
import { inWorld } from './in-world.ts';
import { markNode } from './monitor-states.ts';
import type { World } from './world.ts';

const FULL = { parameters: { mode: 'full' } };

/** Noded, ConfD and MonD of h1, and what the other nodes need to be looked at. */
async function wholeNode(world: World): Promise<readonly { close(): unknown }[]> {
  await markNode(world);
  for (const node of ['h1', 'h2', 'h3']) await world.confd(node);
  await world.luxid();
  world.put('/usr/sbin/ganeti-mond', '');
  const host = world.address('h1');
  const noded: Server = createTlsServer(await certificate(world.root));
  const mond = createHttpServer((_, response) => void response.end('[1]'));
  await new Promise<void>((resolve) => noded.listen(1811, host, resolve));
  await new Promise<void>((resolve) => mond.listen(1815, host, resolve));
  return [noded, mond];
}

/** Its process is there, its socket is not. */
function metad(world: World): void {
  world.put('/proc/4711/comm', 'ganeti-metad\n');
  world.put('/proc/4711/stat', `4711 (ganeti-metad) S 1${' 0'.repeat(40)}\n`);
  world.put('/var/run/ganeti/ganeti-metad.pid', '4711\n');
}

describe('full mode of ganeti-node', { concurrency: 3 }, () => {
  const troubles: readonly {
    readonly what: string;
    readonly reason: RegExp;
    readonly prepare: (world: World) => unknown;
  }[] = [
    { what: 'nothing', reason: /^$/, prepare: () => {} },
    {
      what: 'a kvmd that should run and does not',
      reason: /^GNH368 ganeti-kvmd is dead /,
      prepare: (world) => {
        world.put('/usr/sbin/ganeti-kvmd', '');
        world.put('/var/lib/ganeti/ssconf_enabled_user_shutdown', 'True\n');
        world.put('/var/lib/ganeti/ssconf_hypervisor_list', 'kvm\n');
      },
    },
    {
      what: 'a metad that runs and does not answer',
      reason:
        /^GNH369 ganeti-metad is dead .*instances get no metadata\. Run: .*daemon-util stop ganeti-metad$/,
      prepare: metad,
    },
    {
      what: 'nothing of a metad that does not run, as where nobody has asked for metadata',
      reason: /^$/,
      prepare: (world) => {
        metad(world);
        world.remove('/proc/4711/comm');
      },
    },
    {
      what: 'a disk that takes nothing',
      reason: /^GNH371 Nothing can be written below \/var\/lib .*(EISDIR|EPERM)/,
      prepare: (world) => world.put('/var/lib/ganeti-ha/write-probe/in-the-way', ''),
    },
  ];

  for (const { what, reason, prepare } of troubles) {
    inWorld(`shows ${what}`, {}, async (world) => {
      const servers = await wholeNode(world);
      try {
        await prepare(world);
        const run = await world.run('ganeti-node', 'monitor', FULL);
        assert.match(run.told, reason, run.stderr);
        assert.equal(run.code, run.told === '' ? 0 : 190, run.stderr);
      } finally {
        for (const server of servers) server.close();
      }
    });
  }

  inWorld(
    'shows a ConfD that has been behind the master for a minute, not before',
    { me: 2 },
    async (world) => {
      await markNode(world);
      await world.confd('h1', { serial: 12 });
      for (const node of ['h2', 'h3']) await world.confd(node);
      const noded = createTlsServer(await certificate(world.root));
      await new Promise<void>((resolve) => noded.listen(1811, world.address('h2'), resolve));
      try {
        const fresh = await world.run('ganeti-node', 'monitor', FULL);
        assert.equal(fresh.code, 0, fresh.stderr);
        world.put('/run/ganeti-ha/confd.behind', `10 ${Date.now() - 60_000}\n`);
        const run = await world.run('ganeti-node', 'monitor', FULL);
        assert.equal(run.code, 190, run.stderr);
        assert.match(run.told, /^GNH366 ganeti-confd here is stale \(serial 10, .*serial 12/);
      } finally {
        noded.close();
      }
    },
  );
});
