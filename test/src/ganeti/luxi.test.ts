import assert from 'node:assert/strict';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import {
  type LuxiCall,
  LuxiError,
  type LuxiFailure,
  luxiSocket,
  withLuxi,
} from '../../../src/ganeti/luxi.ts';
import { describeException } from '../../../src/ganeti/luxi-error.ts';
import { answerFrame, env, type Script, type ScriptedLuxid, scriptedLuxid } from './scripted-luxid.ts';

const servers: ScriptedLuxid[] = [];
after(async () => {
  for (const server of servers) await server.close();
});

async function serve(script: Script): Promise<ScriptedLuxid> {
  const server = await scriptedLuxid(script);
  servers.push(server);
  return server;
}

const ping = (call: LuxiCall): Promise<unknown> => call('QueryConfigValues', [['master_node']]);

async function failureOf(script: Script, requestTimeoutMs?: number): Promise<LuxiFailure> {
  const result = await (await serve(script)).ask(ping, requestTimeoutMs);
  assert.equal(result.kind, 'failed');
  return result.kind === 'failed' ? result.error.failure : assert.fail();
}

test('the socket is where Ganeti 3 puts the query socket', () => {
  assert.equal(luxiSocket('/var/run/ganeti'), '/var/run/ganeti/socket/ganeti-query');
});

test('a request is method and args as JSON ended by byte 3, and the result comes back unchanged', async () => {
  const server = await serve((_, socket) => socket.write(answerFrame(['h1.lab.test', { ü: null }])));
  const result = await server.ask(ping);
  assert.deepEqual(result, { kind: 'ok', value: ['h1.lab.test', { ü: null }] });
  assert.deepEqual(server.requests, [{ method: 'QueryConfigValues', args: [['master_node']] }]);
});

test('an answer with a version key, as older Ganeti sent, is understood', async () => {
  const server = await serve((_, socket) =>
    socket.write(`${JSON.stringify({ success: true, result: 7, version: 2_000_000 })}\x03`),
  );
  assert.deepEqual(await server.ask(ping), { kind: 'ok', value: 7 });
});

test('an answer arrives whole however the stream is cut, also inside a character', async () => {
  await fc.assert(
    fc.asyncProperty(fc.jsonValue(), fc.array(fc.nat(40), { maxLength: 6 }), async (value, cuts) => {
      const bytes = Buffer.from(answerFrame(value));
      const server = await scriptedLuxid(async (_, socket) => {
        socket.setNoDelay();
        let at = 0;
        for (const cut of cuts) {
          socket.write(bytes.subarray(at, at + cut));
          at += cut;
          await new Promise((resolve) => setImmediate(resolve));
        }
        socket.write(bytes.subarray(at));
      });
      const result = await server.ask(ping);
      await server.close();
      assert.equal(JSON.stringify(result), JSON.stringify({ kind: 'ok', value }));
    }),
    { numRuns: 60 },
  );
});

test('requests made at once are answered in their order, also where both answers come in one piece', async () => {
  let held = '';
  const server = await serve(({ method }, socket) => {
    held += answerFrame(`to ${method}`);
    if (method === 'Third') socket.write(held);
  });
  const result = await server.ask((call) =>
    Promise.all(['First', 'Second', 'Third'].map((name) => call(name, []))),
  );
  assert.deepEqual(result, { kind: 'ok', value: ['to First', 'to Second', 'to Third'] });
});

test('a refusal keeps the exception class and its arguments and leaves the connection usable', async () => {
  const server = await serve(({ method }, socket) => {
    const refusal = { success: false, result: ['OpPrereqError', ['Node h9 is\nunknown', 'unknown_entity']] };
    socket.write(method === 'SubmitJob' ? `${JSON.stringify(refusal)}\x03` : answerFrame('well'));
  });
  const result = await server.ask(async (call) => {
    const refused = await call('SubmitJob', [[]]).catch((error: unknown) => error);
    return { refused, next: await ping(call) };
  });
  assert.ok(result.kind === 'ok' && result.value.refused instanceof LuxiError);
  assert.deepEqual(result.value.refused.failure, {
    kind: 'rejected',
    method: 'SubmitJob',
    className: 'OpPrereqError',
    args: ['Node h9 is\nunknown', 'unknown_entity'],
  });
  assert.match(result.value.refused.message, /OpPrereqError: Node h9 is unknown \(unknown_entity\)$/);
  assert.equal(result.value.next, 'well');
});

test('an unsuccessful job submission with a single text is a refusal too', async () => {
  const failure = await failureOf((_, socket) =>
    socket.write('{"success":false,"result":["GenericError","Queue drained"]}\x03'),
  );
  assert.deepEqual(failure.kind === 'rejected' && failure.args, ['Queue drained']);
});

test('a refusal of luxid that could not reach another daemon reads the same each time', () => {
  const words = (socket: number): string =>
    describeException('GenericError', [`Network.Socket.connect: <socket: ${socket}>: does not exist`]);
  assert.equal(words(10), 'GenericError: Network.Socket.connect: does not exist');
  assert.equal(words(11), words(10));
});

test('a luxid that accepts and never answers is a timeout, in time', async () => {
  const started = performance.now();
  const failure = await failureOf(() => {}, 150);
  assert.deepEqual(failure, { kind: 'timeout', phase: 'answer', method: 'QueryConfigValues', afterMs: 150 });
  assert.ok(performance.now() - started < 1000);
});

test('a trickle of bytes does not prolong the deadline', async () => {
  const started = performance.now();
  const failure = await failureOf((_, socket) => {
    const timer = setInterval(() => socket.write(' '), 30);
    socket.on('close', () => clearInterval(timer));
  }, 200);
  assert.equal(failure.kind, 'timeout');
  assert.ok(performance.now() - started < 1000);
});

test('after a timeout a late answer is not taken for the answer to the next request', async () => {
  const server = await serve(({ method }, socket) => {
    if (method === 'Slow') setTimeout(() => socket.write(answerFrame('late')), 150);
  });
  const result = await server.ask(async (call) => {
    const slow = await call('Slow', []).catch((error: unknown) => error);
    await new Promise((resolve) => setTimeout(resolve, 150));
    return [slow, await call('Next', []).catch((error: unknown) => error)];
  }, 100);
  assert.ok(result.kind === 'ok');
  assert.ok(result.value.every((error) => error instanceof LuxiError && error.failure.kind === 'timeout'));
});

test('an answer that nobody asked for spoils the connection, not the answer before it', async () => {
  const server = await serve((_, socket) => socket.write(answerFrame('first') + answerFrame('unasked')));
  const result = await server.ask(async (call) => [
    await call('A', []),
    await call('B', []).catch((e: unknown) => e),
  ]);
  assert.ok(result.kind === 'ok');
  const [first, second] = result.value;
  assert.equal(first, 'first');
  assert.ok(second instanceof LuxiError && second.failure.kind === 'protocol');
});

test('a connection closed in the middle of an answer is told apart from a timeout', async () => {
  const failure = await failureOf((_, socket) => {
    socket.end('{"success":true,"res');
  });
  assert.ok(failure.kind === 'closed');
  assert.equal(failure.received, 20);
});

test('a connection closed at once is "closed", not a hang', async () => {
  assert.equal((await failureOf((_, socket) => socket.destroy())).kind, 'closed');
});

for (const [what, text] of [
  ['no JSON', 'HTTP/1.1 400 Bad Request\r\n'],
  ['an empty frame', ''],
  ['a bare list', '[1,2]'],
  ['an object without result', '{"success":true}'],
  ['a success that is a word', '{"success":"yes","result":1}'],
  ['an error without a class', '{"success":false,"result":[1,2]}'],
] as const) {
  test(`${what} is a protocol error that shows its beginning`, async () => {
    const failure = await failureOf((_, socket) => socket.write(`${text}\x03`));
    assert.ok(failure.kind === 'protocol');
    assert.ok(failure.excerpt.startsWith(JSON.stringify(text).slice(0, 10)));
  });
}

test('an answer of 8 MiB in many pieces is read within a second', async () => {
  const value = Array.from({ length: 80_000 }, (_, index) => `${index} ${'x'.repeat(95)}`);
  const server = await serve((_, socket) => socket.write(answerFrame(value)));
  const started = performance.now();
  const result = await server.ask(ping, 5000);
  assert.ok(result.kind === 'ok' && Array.isArray(result.value));
  assert.equal(result.value.length, 80_000);
  assert.ok(performance.now() - started < 1000);
});

test('no socket and a socket nobody listens on are told apart', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'luxid-'));
  const connect = async (socket: string): Promise<string> => {
    const result = await withLuxi(env, { socket, connectTimeoutMs: 500, requestTimeoutMs: 500 }, ping);
    return result.kind === 'failed' ? result.error.failure.kind : 'connected';
  };
  assert.equal(await connect(join(folder, 'ganeti-query')), 'no-socket');
  assert.equal(await connect(join(folder, 'no', 'folder', 'ganeti-query')), 'no-socket');
  const stale = join(folder, 'stale');
  // A socket whose owner was killed stays behind; libuv removes it on an orderly close, so it is moved first.
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(stale, resolve));
  await rename(stale, `${stale}.kept`);
  await new Promise((resolve) => server.close(resolve));
  assert.equal(await connect(`${stale}.kept`), 'refused');
  await rm(folder, { recursive: true });
});

test('the connection is closed after use, and also where the caller throws', async () => {
  let open = 0;
  const server = await serve((_, socket) => {
    open += 1;
    socket.on('close', () => {
      open -= 1;
    });
    socket.write(answerFrame(1));
  });
  await assert.rejects(
    server.ask(async (call) => {
      await ping(call);
      throw new RangeError('not ours');
    }),
    RangeError,
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal(open, 0);
});

test('a luxid whose backlog is full is tried again until it accepts', async () => {
  const server = await serve((_, socket) => socket.write(answerFrame('well')));
  let refusals = 3;
  const busy = {
    ...env,
    net: {
      ...env.net,
      connectUnix: (path: string, timeoutMs: number) =>
        refusals-- > 0
          ? Promise.resolve({ kind: 'failed', code: 'EAGAIN', message: 'connect EAGAIN' } as const)
          : env.net.connectUnix(path, timeoutMs),
    },
  };
  const options = { socket: server.socket, connectTimeoutMs: 2000, requestTimeoutMs: 2000 };
  assert.deepEqual(await withLuxi(busy, options, ping), { kind: 'ok', value: 'well' });
  refusals = Number.POSITIVE_INFINITY;
  const result = await withLuxi(busy, { ...options, connectTimeoutMs: 250 }, ping);
  assert.ok(result.kind === 'failed');
  assert.deepEqual(result.error.failure, {
    kind: 'timeout',
    phase: 'connecting',
    method: undefined,
    afterMs: 250,
  });
});
