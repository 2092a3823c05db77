import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { probeConfdFreshness } from '../../../src/ganeti/confd-freshness.ts';
import { type ConfdScript, type ConfdServer, confdServer } from '../../agents/confd-server.ts';
import { DATA, loopback, type Machine, makeMachine } from './machine.ts';

const KEY = 'key';
const MASTER = 'h1.lab.test';

describe('the ConfD of a candidate', () => {
  const address = loopback();
  let machine: Machine;
  let servers: ConfdServer[];
  let own: ConfdScript;
  let masters: ConfdScript;
  let minutes: number;

  beforeEach(async () => {
    machine = makeMachine();
    machine.put(`${DATA}/hmac.key`, KEY);
    own = { master: MASTER, serial: 10, roles: {} };
    masters = { master: MASTER, serial: 10, roles: {} };
    minutes = 0;
    servers = [await confdServer(address(1), KEY, own), await confdServer(address(2), KEY, masters)];
  });
  afterEach(async () => {
    for (const server of servers) await server.close();
    machine.close();
  });

  async function probe(masterAddress: string | undefined = address(2)): Promise<string> {
    const { clock } = machine.env;
    const env: Env = { ...machine.env, clock: { ...clock, now: () => clock.now() + minutes * 60_000 } };
    const peers = { dataDir: DATA, master: MASTER, ownAddress: address(1), masterAddress };
    // Its salt is the time, which the scripted one does not mind.
    const result = await probeConfdFreshness(env, peers, 500);
    return result.kind === 'ok' ? 'ok' : `${result.kind}: ${result.message}`;
  }

  it('is fresh with the serial of the master, or a newer one', async () => {
    assert.equal(await probe(), 'ok');
    own.serial = 11;
    assert.equal(await probe(), 'ok');
  });

  it('is stale with an older serial, once that has been so for a minute', async () => {
    masters.serial = 12;
    assert.equal(await probe(), 'ok');
    minutes = 1;
    assert.match(await probe(), /^stale: serial 10, .*the master has serial 12/);
  });

  it('is fresh while it follows, however far behind', async () => {
    masters.serial = 12;
    assert.equal(await probe(), 'ok');
    minutes = 1;
    own.serial = 11;
    masters.serial = 20;
    assert.equal(await probe(), 'ok');
    minutes = 2;
    own.serial = 20;
    assert.equal(await probe(), 'ok');
    minutes = 3;
    masters.serial = 21;
    assert.equal(await probe(), 'ok');
  });

  it('is stale where it serves no configuration at all', async () => {
    Object.defineProperty(own, 'master', { get: () => undefined });
    assert.match(await probe(), /^stale: it serves no configuration/);
  });

  it('is not blamed where the master keeps silent', async () => {
    masters.silent = true;
    assert.equal(await probe(), 'ok');
    minutes = 1;
    assert.equal(await probe(), 'ok');
  });

  it('of the master itself is stale where it names another for long', async () => {
    own.master = 'h3.lab.test';
    await servers.pop()?.close();
    assert.equal(await probe(undefined), 'ok');
    minutes = 1;
    assert.match(await probe(undefined), /^stale: .*h3\.lab\.test; ssconf names h1\.lab\.test/);
  });

  it('that is silent is for another probe to tell', async () => {
    own.silent = true;
    assert.equal(await probe(), 'ok');
  });
});
