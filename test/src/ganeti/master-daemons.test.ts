import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { runningDaemon } from '../../../src/ganeti/daemon-process.ts';
import {
  startMasterDaemons,
  startMissingMasterDaemons,
  stopMasterDaemons,
} from '../../../src/ganeti/master-daemons.ts';
import { DATA, DIRS, type Machine, makeMachine, RUN } from './machine.ts';

const MASTER_IP = '192.0.2.100';
const VOTING = { noVoting: false, budgetMs: 20_000 };
const NO_VOTING = { noVoting: true, budgetMs: 20_000 };

describe("the master role's daemons", () => {
  let machine: Machine;
  let servers: Server[];
  /** The machine with the master IP on it, until the stub of `ip` is told to take it off. */
  let env: Env;

  beforeEach(() => {
    machine = makeMachine();
    servers = [];
    machine.program('daemon-util', 'daemon-util-obeys');
    machine.program('ip', 'ip-shows-eth0');
    machine.put(`${DATA}/ssconf_master_ip`, `${MASTER_IP}\n`);
    machine.put(`${DATA}/ssconf_node_primary_ips`, 'h1.lab.test 192.0.2.11\n');
    const addresses = (): readonly string[] =>
      existsSync(`${machine.root}/master-ip-is-gone`) ? ['192.0.2.11'] : ['192.0.2.11', MASTER_IP];
    env = machine.withHost({ addresses });
  });
  afterEach(() => {
    for (const server of servers) server.close();
    machine.close();
  });

  /** A socket that answers anything with a frame. */
  async function answering(name: string, answer = '{"success":true,"result":"x"}'): Promise<void> {
    mkdirSync(`${machine.root}${RUN}/socket`, { recursive: true });
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', () => socket.write(`${answer}\x03`));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(`${machine.root}${RUN}/socket/${name}`, resolve));
  }

  function running(): readonly string[] {
    return (['ganeti-wconfd', 'ganeti-rapi', 'ganeti-luxid'] as const).filter(
      (daemon) => runningDaemon(env, RUN, daemon).kind === 'running',
    );
  }

  it('stop in the order luxid, rapi, wconfd, and the master IP goes with them', async () => {
    for (const daemon of ['ganeti-wconfd', 'ganeti-rapi', 'ganeti-luxid']) await machine.daemon(daemon);
    const result = await stopMasterDaemons(env, DIRS);
    assert.equal(result.kind, 'done');
    assert.deepEqual(running(), []);
    assert.deepEqual(machine.calls(), [
      'daemon-util stop ganeti-luxid',
      'daemon-util stop ganeti-rapi',
      'daemon-util stop ganeti-wconfd',
      `ip -json address show to ${MASTER_IP}`,
      `ip address del ${MASTER_IP}/24 dev eth0`,
    ]);
  });

  it('are all gone after a stop although one was suspended and daemon-util fails', async () => {
    machine.program('daemon-util', 'daemon-util-fails');
    for (const daemon of ['ganeti-wconfd', 'ganeti-rapi']) await machine.daemon(daemon);
    await machine.suspend(await machine.daemon('ganeti-luxid'));
    assert.equal((await stopMasterDaemons(env, DIRS, 9000)).kind, 'done');
    assert.deepEqual(running(), []);
  });

  it('that are not there are stopped without a single command', async () => {
    machine.put('/master-ip-is-gone', '');
    assert.deepEqual(await stopMasterDaemons(env, DIRS), { kind: 'done', how: '' });
    assert.deepEqual(machine.calls(), []);
  });

  it('are stopped also where the master IP cannot be told, and that is said', async () => {
    machine.put(`${DATA}/ssconf_master_ip`, '');
    await machine.daemon('ganeti-rapi');
    const result = await stopMasterDaemons(env, DIRS);
    assert.ok(result.kind === 'failed' && result.message.includes('ssconf_master_ip'));
    assert.deepEqual(running(), []);
  });

  it('never cost a node its own address', async () => {
    machine.put(`${DATA}/ssconf_node_primary_ips`, `h1.lab.test ${MASTER_IP}\n`);
    const result = await stopMasterDaemons(env, DIRS);
    assert.ok(result.kind === 'failed' && result.message.includes("node's own address"));
    assert.deepEqual(machine.calls(), []);
  });

  it('start after what was left of them is stopped', async () => {
    const stray = await machine.daemon('ganeti-rapi');
    assert.equal((await startMasterDaemons(env, DIRS, VOTING)).kind, 'done');
    assert.deepEqual(running(), ['ganeti-wconfd', 'ganeti-rapi', 'ganeti-luxid']);
    const rapi = runningDaemon(env, RUN, 'ganeti-rapi');
    assert.ok(rapi.kind === 'running' && rapi.pid !== stray);
    assert.deepEqual(machine.calls(), [
      'daemon-util stop ganeti-rapi',
      'daemon-util start ganeti-wconfd',
      'daemon-util start ganeti-rapi',
      'daemon-util start ganeti-luxid',
    ]);
  });

  it('that vote are told not to where the caller says so', async () => {
    assert.equal((await startMasterDaemons(env, DIRS, NO_VOTING)).kind, 'done');
    assert.deepEqual(machine.calls(), [
      'daemon-util start ganeti-wconfd --no-voting --yes-do-it',
      'daemon-util start ganeti-rapi',
      'daemon-util start ganeti-luxid --no-voting --yes-do-it',
    ]);
  });

  it('do not skip the vote at a later start because of a file that was left behind', async () => {
    machine.put(`${DATA}/ganeti-wconfd.onetime.conf`, 'ONETIME_ARGS=--no-voting --yes-do-it\n');
    machine.program('daemon-util', 'daemon-util-fails');
    assert.equal((await startMasterDaemons(env, DIRS, NO_VOTING)).kind, 'failed');
    assert.equal(machine.read(`${DATA}/ganeti-wconfd.onetime.conf`), undefined);
  });

  it('are not started one after the other once the first has failed', async () => {
    machine.program('daemon-util', 'daemon-util-fails');
    assert.equal((await startMasterDaemons(env, DIRS, VOTING)).kind, 'failed');
    assert.deepEqual(machine.calls(), ['daemon-util start ganeti-wconfd']);
  });

  it('belong to systemd where its unit is installed: it is told even if nothing runs', async () => {
    mkdirSync(`${machine.root}/run/systemd/system`, { recursive: true });
    machine.put('/etc/systemd/system/ganeti.target', '');
    await startMasterDaemons(env, DIRS, VOTING);
    assert.deepEqual(machine.calls().slice(0, 3), [
      'daemon-util stop ganeti-luxid',
      'daemon-util stop ganeti-rapi',
      'daemon-util stop ganeti-wconfd',
    ]);
    // Its unit of rapi needs an active luxid.
    assert.deepEqual(machine.calls().slice(3), [
      'daemon-util start ganeti-wconfd',
      'daemon-util start ganeti-luxid',
      'daemon-util start ganeti-rapi',
      'daemon-util start-master',
    ]);
  });

  it('are completed by the one that is missing', async () => {
    await answering('ganeti-wconfd');
    await answering('ganeti-query');
    for (const daemon of ['ganeti-wconfd', 'ganeti-luxid']) await machine.daemon(daemon);
    assert.deepEqual(await startMissingMasterDaemons(env, DIRS, VOTING), {
      kind: 'done',
      how: 'started ganeti-rapi',
    });
    assert.deepEqual(machine.calls(), ['daemon-util start ganeti-rapi']);
  });

  it('are completed where one hangs: it is ended and started again', async () => {
    await answering('ganeti-wconfd');
    await answering('ganeti-query');
    for (const daemon of ['ganeti-rapi', 'ganeti-luxid']) await machine.daemon(daemon);
    const hung = await machine.daemon('ganeti-wconfd');
    await machine.suspend(hung);
    assert.equal((await startMissingMasterDaemons(env, DIRS, NO_VOTING)).kind, 'done');
    const after = runningDaemon(env, RUN, 'ganeti-wconfd');
    assert.ok(after.kind === 'running' && after.pid !== hung);
    assert.deepEqual(machine.calls(), ['daemon-util start ganeti-wconfd --no-voting --yes-do-it']);
  });

  it('are completed where one answers with nothing but errors: it is ended and started again', async () => {
    await answering('ganeti-wconfd', '{"success":false,"result":["GenericError",["No configuration"]]}');
    await answering('ganeti-query');
    for (const daemon of ['ganeti-rapi', 'ganeti-luxid']) await machine.daemon(daemon);
    const refusing = await machine.daemon('ganeti-wconfd');
    assert.equal((await startMissingMasterDaemons(env, DIRS, VOTING)).kind, 'done');
    const after = runningDaemon(env, RUN, 'ganeti-wconfd');
    assert.ok(after.kind === 'running' && after.pid !== refusing);
    assert.deepEqual(machine.calls(), ['daemon-util stop ganeti-wconfd', 'daemon-util start ganeti-wconfd']);
  });

  it('that are complete are left alone', async () => {
    await answering('ganeti-wconfd');
    await answering('ganeti-query');
    for (const daemon of ['ganeti-wconfd', 'ganeti-rapi', 'ganeti-luxid']) await machine.daemon(daemon);
    assert.deepEqual(await startMissingMasterDaemons(env, DIRS, VOTING), { kind: 'done', how: '' });
    assert.deepEqual(machine.calls(), []);
  });
});
