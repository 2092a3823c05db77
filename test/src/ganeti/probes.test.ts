import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdirSync, symlinkSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type Server } from 'node:net';
import { after, describe, it } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import {
  mondEnabled,
  probeConfd,
  probeKvmd,
  probeLuxid,
  probeMasterIp,
  probeMetad,
  probeMond,
  probeNoded,
  probeWconfd,
} from '../../../src/ganeti/probes.ts';
import { certificate, DATA, loopback, makeMachine, RUN } from './machine.ts';

const SHORT_MS = 300;

describe('a probe', () => {
  const machine = makeMachine();
  const address = loopback();
  const servers: Server[] = [];
  const { env } = machine;

  async function listen<T extends Server>(server: T, port: number, host: string): Promise<T> {
    servers.push(server);
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, host, resolve);
    });
    return server;
  }

  async function listenAt(path: string, answer: string | undefined): Promise<void> {
    mkdirSync(`${machine.root}${RUN}/socket`, { recursive: true });
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        if (answer !== undefined && data.toString('utf8').endsWith('\x03')) socket.write(answer);
      });
      socket.unref();
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(`${machine.root}${path}`, resolve));
  }

  after(() => {
    for (const server of servers) server.close();
    machine.close();
  });

  it('finds noded alive that completes a TLS handshake', async () => {
    await listen(createTlsServer(await certificate(machine.root)), 1811, address(1));
    assert.deepEqual(await probeNoded(env, address(1)), { kind: 'ok' });
  });

  it('finds noded alive that wants a certificate we do not have', async () => {
    const options = { ...(await certificate(machine.root)), requestCert: true, rejectUnauthorized: true };
    await listen(createTlsServer({ ...options, maxVersion: 'TLSv1.2' }), 1811, address(2));
    assert.deepEqual(await probeNoded(env, address(2)), { kind: 'ok' });
  });

  it('finds noded alive that answers in TLS, whatever OpenSSL here thinks of the answer', async () => {
    // A record with a ServerHello of no bytes.
    const odd = Buffer.from('160303000402000000', 'hex');
    await listen(
      createServer((socket) => void socket.on('error', () => {}).write(odd)),
      1811,
      address(6),
    );
    const refused = await env.net.probeTls(address(6), 1811, 2000);
    assert.ok(refused.kind === 'failed' && !/ALERT/.test(refused.code), JSON.stringify(refused));
    assert.deepEqual(await probeNoded(env, address(6)), { kind: 'ok' });
  });

  it('finds noded hung that takes the connection and says nothing', async () => {
    const silent = createServer((socket) => void socket.on('error', () => {}).unref());
    await listen(silent, 1811, address(3));
    const result = await probeNoded(env, address(3), SHORT_MS);
    assert.ok(result.kind === 'hung' && result.message.includes(`${SHORT_MS} ms`));
  });

  it('finds noded dead where nobody listens', async () => {
    const result = await probeNoded(env, address(4));
    assert.ok(result.kind === 'dead' && result.message.includes('ECONNREFUSED'));
  });

  it('finds a stranger on the port of noded refusing', async () => {
    await listen(
      createServer((socket) => void socket.on('error', () => {}).end('220 mail.example.com ESMTP\r\n')),
      1811,
      address(5),
    );
    assert.equal((await probeNoded(env, address(5))).kind, 'refusing');
  });

  it('finds MonD alive, refusing, hung and dead', async () => {
    await listen(
      createHttpServer((_, response) => void response.end('[1]')),
      1815,
      address(1),
    );
    await listen(
      createHttpServer((_, response) => void response.writeHead(500).end()),
      1815,
      address(2),
    );
    await listen(
      createServer((socket) => void socket.on('error', () => {}).unref()),
      1815,
      address(3),
    );
    assert.deepEqual(await probeMond(env, address(1)), { kind: 'ok' });
    assert.equal((await probeMond(env, address(2))).kind, 'refusing');
    assert.equal((await probeMond(env, address(3), SHORT_MS)).kind, 'hung');
    assert.equal((await probeMond(env, address(4))).kind, 'dead');
  });

  it('expects MonD where its program is installed and its unit is not masked', () => {
    const bare = makeMachine();
    assert.equal(mondEnabled(bare.env), true);
    mkdirSync(`${bare.root}/etc/systemd/system`, { recursive: true });
    symlinkSync('/dev/null', `${bare.root}/etc/systemd/system/ganeti-mond.service`);
    assert.equal(mondEnabled(bare.env), false);
    bare.env.files.remove('/etc/systemd/system/ganeti-mond.service');
    assert.equal(mondEnabled(bare.env), true);
    bare.env.files.remove('/usr/sbin/ganeti-mond');
    assert.equal(mondEnabled(bare.env), false);
    bare.close();
  });

  it('finds refusing a MonD that answers with something else than its versions', async () => {
    await listen(
      createHttpServer((_, response) => void response.end('<html>')),
      1815,
      address(5),
    );
    const result = await probeMond(env, address(5));
    assert.ok(result.kind === 'refusing' && result.message.includes('<html>'));
  });

  it('finds wconfd and luxid refusing that say no, or nothing in their language', async () => {
    for (const [folder, answer, told] of [
      ['no', '{"success":false,"result":["GenericError",["Queue drained"]]}\x03', 'Queue drained'],
      ['garbage', 'HTTP/1.1 400 Bad Request\r\n\r\n\x03', 'no JSON'],
      ['endless', 'x'.repeat(70_000), 'no end'],
    ] as const) {
      const run = `${RUN}/${folder}`;
      mkdirSync(`${machine.root}${run}/socket`, { recursive: true });
      await listenAt(`${run}/socket/ganeti-wconfd`, answer);
      await listenAt(`${run}/socket/ganeti-query`, answer);
      for (const result of [await probeWconfd(env, run), await probeLuxid(env, run)])
        assert.ok(result.kind === 'refusing' && result.message.includes(told), JSON.stringify(result));
    }
  });

  it('finds a daemon hung that begins an answer and never ends it', async () => {
    const run = `${RUN}/begins`;
    mkdirSync(`${machine.root}${run}/socket`, { recursive: true });
    await listenAt(`${run}/socket/ganeti-wconfd`, '{"success":tr');
    assert.equal((await probeWconfd(env, run, SHORT_MS)).kind, 'hung');
  });

  it('asks metad only where it runs, since it is started on demand', async () => {
    assert.deepEqual(await probeMetad(env, RUN), { kind: 'ok' });
    await machine.daemon('ganeti-metad');
    assert.equal((await probeMetad(env, RUN)).kind, 'dead');
    await listenAt(`${RUN}/socket/ganeti-metad`, '{"success":true,"result":"ganeti-ha"}\x03');
    assert.deepEqual(await probeMetad(env, RUN), { kind: 'ok' });
  });

  it('misses kvmd only where users may shut down KVM instances on this node', async () => {
    const me = 'h1.lab.test';
    const probe = () => probeKvmd(env, DATA, RUN, me);
    assert.deepEqual(probe(), { kind: 'ok' });
    machine.put(`${DATA}/ssconf_enabled_user_shutdown`, 'True\n');
    machine.put(`${DATA}/ssconf_hypervisor_list`, 'kvm\nxen-pvm\n');
    machine.put(`${DATA}/ssconf_node_vm_capable`, `${me}=True\n`);
    assert.equal(probe().kind, 'dead');
    machine.put(`${DATA}/ssconf_node_vm_capable`, `${me}=False\n`);
    assert.deepEqual(probe(), { kind: 'ok' });
    machine.put(`${DATA}/ssconf_node_vm_capable`, `${me}=True\n`);
    machine.put(`${DATA}/ssconf_hypervisor_list`, 'xen-pvm\n');
    assert.deepEqual(probe(), { kind: 'ok' });
    machine.put(`${DATA}/ssconf_hypervisor_list`, 'kvm\n');
    const pid = await machine.daemon('ganeti-kvmd');
    assert.deepEqual(probe(), { kind: 'ok' });
    await machine.suspend(pid);
    assert.equal(probe().kind, 'hung');
  });

  it('finds wconfd and luxid alive that answer', async () => {
    await listenAt(`${RUN}/socket/ganeti-wconfd`, '{"success":true,"result":"ganeti-ha"}\x03');
    await listenAt(`${RUN}/socket/ganeti-query`, '{"success":true,"result":["h1.lab.test"]}\x03');
    assert.deepEqual(await probeWconfd(env, RUN), { kind: 'ok' });
    assert.deepEqual(await probeLuxid(env, RUN), { kind: 'ok' });
  });

  it('finds wconfd hung that takes the connection and says nothing, and dead without a socket', async () => {
    const other = `${RUN}/other`;
    mkdirSync(`${machine.root}${other}/socket`, { recursive: true });
    await listenAt(`${other}/socket/ganeti-wconfd`, undefined);
    assert.equal((await probeWconfd(env, other, SHORT_MS)).kind, 'hung');
    assert.equal((await probeWconfd(env, '/nowhere')).kind, 'dead');
  });

  it('finds ConfD hung that has its port and says nothing', async () => {
    machine.put(`${DATA}/hmac.key`, 'key');
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(1814, address(6), resolve));
    assert.equal((await probeConfd(env, DATA, address(6), SHORT_MS)).kind, 'hung');
    await new Promise<void>((resolve) => socket.close(() => resolve()));
  });

  it('finds ConfD dead without a wait where the port is nobody\u2019s', async () => {
    const tables = makeMachine();
    tables.put(`${DATA}/hmac.key`, 'key');
    const files = {
      ...tables.env.files,
      read: (path: string) => tables.env.files.read(path.replace('/proc', '/tables')),
    };
    tables.put(
      '/tables/net/udp',
      '  sl  local_address rem_address   st\n 1: 0100007F:0035 00000000:0000 07 0\n',
    );
    const started = performance.now();
    assert.equal((await probeConfd({ ...tables.env, files }, DATA, address(7), 5000)).kind, 'dead');
    assert.ok(performance.now() - started < 1000);
    tables.close();
  });

  it('finds the master IP on an interface or not', () => {
    assert.deepEqual(probeMasterIp(env, '127.0.0.1'), { kind: 'ok' });
    assert.equal(probeMasterIp(env, '192.0.2.100').kind, 'dead');
  });
});
