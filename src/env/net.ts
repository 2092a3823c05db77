import type { ClientRequest } from 'node:http';
import type { HttpsPost, Net, NetResult, Stream, UdpAnswer, UdpQuestion } from './env.ts';

/** Real sockets; each kind of socket's module is loaded at its first use. */
export function realNet(root: string): Net {
  return {
    connectUnix: (path, timeoutMs) => connectUnix(root + path, timeoutMs),
    probeTcp,
    probeTls,
    httpGet,
    httpsPost,
    askUdp,
  };
}

async function connectUnix(path: string, timeoutMs: number): Promise<NetResult<Stream>> {
  const { createConnection } = await import('node:net');
  const { streamOf } = await import('./stream.ts');
  return await new Promise((resolve) => {
    const socket = createConnection({ path });
    const timer = setTimeout(() => {
      socket.destroy();
      resolve(timedOut(`connecting to ${path}`, timeoutMs));
    }, timeoutMs);
    socket.once('error', (error) => {
      clearTimeout(timer);
      resolve(failure(error));
    });
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.removeAllListeners('error');
      resolve({ kind: 'ok', value: streamOf(socket) });
    });
  });
}

async function probeTcp(host: string, port: number, timeoutMs: number): Promise<NetResult<true>> {
  const { createConnection } = await import('node:net');
  return await settle(createConnection({ host, port }), 'connect', `TCP to ${host}:${port}`, timeoutMs);
}

async function probeTls(host: string, port: number, timeoutMs: number): Promise<NetResult<true>> {
  const { connect } = await import('node:tls');
  const socket = connect({ host, port, rejectUnauthorized: false });
  return await settle(socket, 'secureConnect', `TLS to ${host}:${port}`, timeoutMs);
}

interface Settling {
  once(event: string, listener: (error: Error) => void): unknown;
  on(event: 'error', listener: () => void): unknown;
  destroy(): unknown;
}

async function settle(
  socket: Settling,
  event: string,
  what: string,
  timeoutMs: number,
): Promise<NetResult<true>> {
  return await new Promise((resolve) => {
    const finish = (result: NetResult<true>): void => {
      clearTimeout(timer);
      socket.on('error', () => {});
      socket.destroy();
      resolve(result);
    };
    const timer = setTimeout(() => finish(timedOut(what, timeoutMs)), timeoutMs);
    socket.once('error', (error) => finish(failure(error)));
    socket.once(event, () => finish({ kind: 'ok', value: true }));
  });
}

async function httpGet(url: string, timeoutMs: number): Promise<NetResult<HttpAnswer>> {
  if (url.startsWith('https:')) {
    const { get } = await import('node:https');
    // Ganeti's certificates are its own; as with probeTls liveness is the question.
    return await answerTo(get(url, { agent: false, rejectUnauthorized: false }), `GET ${url}`, timeoutMs);
  }
  const { get } = await import('node:http');
  return await answerTo(get(url, { agent: false }), `GET ${url}`, timeoutMs);
}

async function httpsPost(post: HttpsPost): Promise<NetResult<HttpAnswer>> {
  const { host, port, path, body, identity, authority, timeoutMs } = post;
  const { request } = await import('node:https');
  const what = `POST https://${host}:${port}${path}`;
  try {
    const sent = request({
      ...{ host, port, path, method: 'POST', agent: false },
      ...{ cert: identity, key: identity, ca: authority },
      checkServerIdentity: () => undefined,
      headers: { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(body) },
    });
    sent.end(body);
    return await answerTo(sent, what, timeoutMs);
  } catch (error) {
    // A certificate that is none is found before anything is sent.
    return failure(error instanceof Error ? error : new Error(String(error)));
  }
}

interface HttpAnswer {
  readonly status: number;
  readonly body: string;
}

async function answerTo(
  request: ClientRequest,
  what: string,
  timeoutMs: number,
): Promise<NetResult<HttpAnswer>> {
  return await new Promise((resolve) => {
    const finish = (result: NetResult<HttpAnswer>): void => {
      clearTimeout(timer);
      request.destroy();
      resolve(result);
    };
    request.on('response', (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', (error) => finish(failure(error)));
      response.on('end', () =>
        finish({
          kind: 'ok',
          value: { status: response.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') },
        }),
      );
    });
    const timer = setTimeout(() => finish(timedOut(what, timeoutMs)), timeoutMs);
    request.on('error', (error) => finish(failure(error)));
  });
}

async function askUdp(question: UdpQuestion): Promise<readonly UdpAnswer[]> {
  if (question.to.length === 0) return [];
  const { createSocket } = await import('node:dgram');
  const answers: UdpAnswer[] = [];
  const families = new Set(question.to.map(({ address }) => (address.includes(':') ? 'udp6' : 'udp4')));
  const sockets = [...families].map((family) => ({ family, socket: createSocket(family) }));
  const send = (wanted: (index: number) => boolean): void => {
    for (const { family, socket } of sockets) {
      for (const [index, { address, port, payload }] of question.to.entries()) {
        if (address.includes(':') !== (family === 'udp6') || !wanted(index)) continue;
        socket.send(payload, port, address, () => {});
      }
    }
  };
  const { atMs = [], isOpen = () => false } = question.again ?? {};
  const again = atMs.filter((ms) => ms < question.timeoutMs).map((ms) => setTimeout(() => send(isOpen), ms));
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, question.timeoutMs);
    for (const { socket } of sockets) {
      // A dead peer's ICMP answer arrives as an error here; silence is what the caller sees.
      socket.on('error', () => {});
      socket.on('message', (payload, from) => {
        answers.push({ address: from.address, payload: payload.toString('utf8') });
        if (question.done(answers)) {
          clearTimeout(timer);
          resolve();
        }
      });
    }
    send(() => true);
  });
  for (const timer of again) clearTimeout(timer);
  for (const { socket } of sockets) socket.close();
  return answers;
}

function failure<T>(error: Error): NetResult<T> {
  const code = 'code' in error && typeof error.code === 'string' ? error.code : 'EUNKNOWN';
  return { kind: 'failed', code, message: error.message };
}

function timedOut<T>(what: string, timeoutMs: number): NetResult<T> {
  return { kind: 'failed', code: 'ETIMEDOUT', message: `${what}: no answer within ${timeoutMs} ms` };
}
