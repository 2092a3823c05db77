import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { realNet } from '../../../src/env/net.ts';

const root = mkdtempSync(join(tmpdir(), 'gha-net-'));
const net = realNet(root);
const closers: (() => unknown)[] = [() => rmSync(root, { recursive: true, force: true })];
after(() => {
  for (const close of closers.reverse()) close();
});

/** Listens on a loopback port, or a path; gone after the tests with all its connections. */
async function listen(server: Server, path?: string): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
  });
  closers.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  await new Promise<void>((resolve) =>
    path === undefined ? server.listen(0, '127.0.0.1', resolve) : server.listen(path, resolve),
  );
  return path === undefined ? (server.address() as AddressInfo).port : 0;
}

test('a unix socket is a stream: what was written arrives, what came before the read is kept', async () => {
  await listen(
    createServer((socket) => socket.on('data', (data) => socket.end(`you said ${data.toString()}`))),
    `${root}/echo`,
  );
  const connected = await net.connectUnix('/echo', 1000);
  assert.ok(connected.kind === 'ok');
  connected.value.write('hello');
  await new Promise((resolve) => setTimeout(resolve, 100));
  assert.deepEqual(await connected.value.read(1000), { kind: 'ok', value: 'you said hello' });
  const ended = await connected.value.read(1000);
  assert.equal(ended.kind === 'failed' && ended.code, 'EPIPE');
  connected.value.close();
});

test('a silent stream is a timeout, and can be read again later', async () => {
  await listen(
    createServer((socket) => setTimeout(() => socket.write('late'), 300)),
    `${root}/slow`,
  );
  const connected = await net.connectUnix('/slow', 1000);
  assert.ok(connected.kind === 'ok');
  const early = await connected.value.read(50);
  assert.equal(early.kind === 'failed' && early.code, 'ETIMEDOUT');
  assert.deepEqual(await connected.value.read(5000), { kind: 'ok', value: 'late' });
  connected.value.close();
});

test('a missing socket is told by its code', async () => {
  const result = await net.connectUnix('/none', 1000);
  assert.equal(result.kind === 'failed' && result.code, 'ENOENT');
});

test('a listening TCP port is told from one nobody listens on', async () => {
  const port = await listen(createServer());
  assert.deepEqual(await net.probeTcp('127.0.0.1', port, 1000), { kind: 'ok', value: true });
  const refused = await net.probeTcp('127.0.0.2', port, 1000);
  assert.equal(refused.kind === 'failed' && refused.code, 'ECONNREFUSED');
});

test('a TLS probe waits for the handshake, not for the connection', async () => {
  const port = await listen(createServer());
  const hung = await net.probeTls('127.0.0.1', port, 200);
  assert.equal(hung.kind === 'failed' && hung.code, 'ETIMEDOUT');
  const refusing = await net.probeTls('127.0.0.1', await listen(createTlsServer({})), 2000);
  assert.match(refusing.kind === 'failed' ? refusing.code : '', /ALERT/);
});

test('an HTTP answer comes with status and body; a server that does not answer is a timeout', async () => {
  const port = await listen(createHttpServer((_, response) => response.writeHead(404).end('[1,"ü"]')));
  assert.deepEqual(await net.httpGet(`http://127.0.0.1:${port}/`, 2000), {
    kind: 'ok',
    value: { status: 404, body: '[1,"ü"]' },
  });
  const silent = await net.httpGet(`http://127.0.0.1:${await listen(createServer())}/`, 200);
  assert.equal(silent.kind === 'failed' && silent.code, 'ETIMEDOUT');
});

test('a POST goes to a server of the same authority only, with our certificate', async () => {
  const pem = (name: string): string =>
    readFileSync(join(import.meta.dirname, '../../fixtures/noded', name), 'utf8');
  const own = pem('server.pem');
  const server = createHttpsServer({ cert: own, key: own, ca: own, requestCert: true }, (request, response) =>
    request.on('data', (body) => response.end(`${request.url} ${body}`)),
  );
  const port = await listen(server);
  const post = { host: '127.0.0.1', port, path: '/version', body: '["ü"]', timeoutMs: 2000 };
  const good = { ...post, identity: pem('client.pem'), authority: own };
  assert.deepEqual(await net.httpsPost(good), {
    kind: 'ok',
    value: { status: 200, body: '/version ["ü"]' },
  });
  const other = await net.httpsPost({ ...good, authority: pem('stranger.pem') });
  assert.equal(other.kind, 'failed', 'a server that another authority has signed');
  const garbage = await net.httpsPost({ ...good, identity: 'no certificate' });
  assert.equal(garbage.kind, 'failed');
  const silent = await net.httpsPost({ ...good, port: await listen(createServer()), timeoutMs: 200 });
  assert.equal(silent.kind === 'failed' && silent.code, 'ETIMEDOUT');
});

test('UDP answers are collected until enough have come, or the time is up; the dead are only silent', async () => {
  const server = createSocket('udp4');
  closers.push(() => server.close());
  server.on('message', (text, from) => {
    server.send(`${text.toString()}!`, from.port, from.address);
    server.send('and more', from.port, from.address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  const { port } = server.address();
  const to = [
    { address: '127.0.0.1', port, payload: 'one' },
    { address: '127.0.0.9', port, payload: 'to nobody' },
  ];
  const quick = performance.now();
  const enough = await net.askUdp({ to, timeoutMs: 10_000, done: (answers) => answers.length === 2 });
  assert.deepEqual(enough.map(({ payload }) => payload).sort(), ['and more', 'one!']);
  assert.ok(performance.now() - quick < 5000);
  const all = await net.askUdp({ to, timeoutMs: 200, done: () => false });
  assert.deepEqual(
    all.map(({ address }) => address),
    ['127.0.0.1', '127.0.0.1'],
  );
});

test('asking nobody is no wait for ever', async () => {
  assert.deepEqual(await net.askUdp({ to: [], timeoutMs: 50, done: () => false }), []);
});
