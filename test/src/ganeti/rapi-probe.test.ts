import assert from 'node:assert/strict';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Env } from '../../../src/env/env.ts';
import { isListening } from '../../../src/ganeti/listening.ts';
import { probeRapi } from '../../../src/ganeti/rapi-probe.ts';
import { certificate, loopback, type Machine, makeMachine, RUN } from './machine.ts';

const SHORT_MS = 300;

describe('rapi', () => {
  const address = loopback();
  const servers: Server[] = [];
  let machine: Machine;
  beforeEach(() => {
    machine = makeMachine();
  });
  afterEach(() => {
    for (const server of servers.splice(0)) server.close();
    machine.close();
  });

  async function listen(server: Server, host: string): Promise<number> {
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, host, resolve));
    const bound = server.address();
    return typeof bound === 'object' && bound !== null ? bound.port : 0;
  }

  async function answering(status: number): Promise<Server> {
    const keys = await certificate(machine.root);
    return createHttpsServer(keys, (_, response) => void response.writeHead(status).end('2'));
  }

  /** A running rapi with these words as its command line. */
  async function rapi(...words: readonly string[]): Promise<Env> {
    const pid = await machine.daemon('ganeti-rapi');
    return withFile(`/proc/${pid}/cmdline`, ['python3', '/usr/sbin/ganeti-rapi', ...words, ''].join('\0'));
  }

  function withFile(path: string, text: string): Env {
    const { files } = machine.env;
    const read: typeof files.read = (asked) =>
      asked === path ? { kind: 'text', text, mtimeMs: 0 } : files.read(asked);
    return { ...machine.env, files: { ...files, read } };
  }

  it('is alive where it answers over HTTPS, also with a demand for a password', async () => {
    for (const status of [200, 401]) {
      const port = await listen(await answering(status), address(1));
      const env = await rapi('-b', address(1), '-p', String(port), '--require-authentication');
      assert.deepEqual(await probeRapi(env, RUN), { kind: 'ok' }, String(status));
    }
  });

  it('is found wherever its own words say that it listens', async () => {
    const port = await listen(await answering(200), '127.0.0.1');
    for (const words of [
      [`--port=${port}`],
      [`-p${port}`, '-b', '0.0.0.0'],
      ['--bind', '127.0.0.1', '--port', String(port)],
    ]) {
      assert.deepEqual(await probeRapi(await rapi(...words), RUN), { kind: 'ok' }, words.join(' '));
    }
  });

  it('is alive over plain HTTP where it was started without TLS', async () => {
    const port = await listen(
      createHttpServer((_, response) => void response.end('2')),
      '127.0.0.1',
    );
    assert.deepEqual(await probeRapi(await rapi('--no-ssl', '-p', String(port)), RUN), { kind: 'ok' });
    assert.equal((await probeRapi(await rapi('-p', String(port)), RUN)).kind, 'refusing');
  });

  it('is refusing with an error of its own, hung without a word, dead without a listener', async () => {
    const failing = await listen(await answering(500), address(2));
    const env = await rapi('-b', address(2), '-p', String(failing));
    assert.deepEqual(await probeRapi(env, RUN), {
      kind: 'refusing',
      message: 'ganeti-rapi answers with HTTP status 500',
    });
    const silent = createServer((socket) => void socket.on('error', () => {}).unref());
    const mute = await listen(silent, address(3));
    assert.equal(
      (await probeRapi(await rapi('-b', address(3), '-p', String(mute)), RUN, SHORT_MS)).kind,
      'hung',
    );
    assert.equal((await probeRapi(await rapi('-b', address(4), '-p', '1'), RUN)).kind, 'dead');
  });

  it('is hung at once where its process is stopped by a signal', async () => {
    await machine.suspend(await machine.daemon('ganeti-rapi'));
    const started = performance.now();
    assert.equal((await probeRapi(machine.env, RUN, 5000)).kind, 'hung');
    assert.ok(performance.now() - started < 1000);
  });

  it('is dead without a process where nobody listens on its port; unreadable tables say nothing', async () => {
    const nobody = '  sl  local_address rem_address   st\n 1: 0100007F:0035 00000000:0000 0A 0\n';
    assert.equal((await probeRapi(withFile('/proc/net/tcp', nobody), RUN)).kind, 'dead');
    const files = {
      ...machine.env.files,
      read: () => ({ kind: 'unreadable' as const, message: 'EACCES' }),
    };
    assert.deepEqual(await probeRapi({ ...machine.env, files }, RUN), { kind: 'ok' });
  });

  it('has a port that listens on IPv4 or IPv6, not one that is connected', () => {
    const six = '00000000000000000000000000000000';
    const tables = makeMachine();
    const files = {
      ...tables.env.files,
      read: (path: string) => tables.env.files.read(path.replace('/proc', '/tables')),
    };
    tables.put('/tables/net/tcp', 'header\n 0: 0100007F:13D8 0100007F:9C40 01 0\n');
    assert.equal(isListening({ ...tables.env, files }, 'tcp', 5080), false);
    tables.put('/tables/net/tcp6', `header\n 0: ${six}:13D8 ${six}:0000 0A 0\n`);
    assert.equal(isListening({ ...tables.env, files }, 'tcp', 5080), true);
    tables.close();
  });
});
