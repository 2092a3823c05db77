import type { Net, NetResult, Stream, UdpAnswer, UdpQuestion } from '../env/env.ts';
import type { Life } from './process.ts';
import type { SimHost, TcpAnswer, World } from './world.ts';

/** A round trip in a healthy rack. */
const ROUND_TRIP_MS = 1;

/** The network as a process on one host sees it; who is off, cut off or silent costs the whole time limit. */
export function simulatedNet(world: World, life: Life): Net {
  const from = life.host;
  const ask = (address: string, port: number, timeoutMs: number): Promise<NetResult<TcpAnswer>> => {
    life.step();
    return life.wait(askTcp(world, from, address, port, timeoutMs));
  };
  return {
    connectUnix: (path, timeoutMs) => {
      life.step();
      for (const service of world.services) {
        const answer = service.unix?.(from, path);
        if (answer === undefined) continue;
        const opened: NetResult<Stream> =
          answer.kind === 'ok' ? { kind: 'ok', value: waiting(answer.value, life) } : answer;
        return life.wait(later(world, Math.min(ROUND_TRIP_MS, timeoutMs), opened));
      }
      return life.wait(later(world, 0, failed('ENOENT', `connect ENOENT ${path}`)));
    },
    probeTcp: async (address, port, timeoutMs) => {
      const answer = await ask(address, port, timeoutMs);
      return answer.kind === 'ok' ? { kind: 'ok', value: true } : answer;
    },
    probeTls: async (address, port, timeoutMs) => {
      const answer = await ask(address, port, timeoutMs);
      if (answer.kind === 'failed') return answer;
      const secure = answer.value.kind === 'accepts' && answer.value.tls;
      return secure ? { kind: 'ok', value: true } : failed('EPROTO', 'the peer does not speak TLS');
    },
    httpGet: async (url, timeoutMs) => {
      const { hostname, port } = new URL(url);
      const answer = await ask(hostname, Number(port), timeoutMs);
      if (answer.kind === 'failed') return answer;
      const http = answer.value.kind === 'accepts' ? answer.value.http : undefined;
      return http === undefined
        ? failed('EPROTO', 'the peer does not speak HTTP')
        : { kind: 'ok', value: http };
    },
    httpsPost: async ({ host, port, path, body, timeoutMs }) => {
      const answer = await ask(host, port, timeoutMs);
      if (answer.kind === 'failed') return answer;
      const http = answer.value.kind === 'accepts' ? answer.value.post?.(path, body) : undefined;
      return http === undefined
        ? failed('EPROTO', 'the peer does not speak HTTPS')
        : { kind: 'ok', value: http };
    },
    askUdp: (question) => {
      life.step();
      return life.wait(askUdp(world, from, question));
    },
  };
}

/** The service's end of a stream knows nothing of the process that reads from it. */
function waiting(stream: Stream, life: Life): Stream {
  return {
    write: (text) => {
      life.step();
      stream.write(text);
    },
    read: (timeoutMs) => life.wait(stream.read(timeoutMs)),
    close: () => stream.close(),
  };
}

async function askTcp(
  world: World,
  from: SimHost,
  address: string,
  port: number,
  timeoutMs: number,
): Promise<NetResult<TcpAnswer>> {
  const to = reachable(world, from, address);
  const answer = to === undefined ? undefined : answerOf(world, to, port, from);
  if (answer === undefined || answer.kind === 'hangs') {
    await world.clock.sleep(timeoutMs);
    return failed('ETIMEDOUT', `no answer from ${address}:${port} within ${timeoutMs} ms`);
  }
  await world.clock.sleep(Math.min(ROUND_TRIP_MS, timeoutMs));
  if (answer.kind === 'refuses') return failed('ECONNREFUSED', `connect ECONNREFUSED ${address}:${port}`);
  return { kind: 'ok', value: answer };
}

function answerOf(world: World, to: SimHost, port: number, from: SimHost): TcpAnswer {
  for (const service of world.services) {
    const answer = service.tcp?.(to, port, from);
    if (answer !== undefined) return answer;
  }
  return { kind: 'refuses' };
}

function askUdp(world: World, from: SimHost, question: UdpQuestion): Promise<readonly UdpAnswer[]> {
  return new Promise((resolve) => {
    const answers: UdpAnswer[] = [];
    let over = false;
    const end = (): void => {
      over = true;
      resolve(answers);
    };
    const send = (index: number): void => {
      const one = question.to[index];
      const to = one === undefined ? undefined : reachable(world, from, one.address);
      if (one === undefined || to === undefined) return;
      for (const service of world.services) {
        const reply = service.udp?.(to, one.port, one.payload);
        if (reply === undefined) continue;
        world.clock.after(reply.afterMs + ROUND_TRIP_MS, () => {
          if (over || !world.connected(from, to)) return;
          answers.push({ address: one.address, payload: reply.payload });
          if (question.done(answers)) end();
        });
        return;
      }
    };
    question.to.forEach((_, index) => {
      send(index);
    });
    for (const atMs of question.again?.atMs ?? []) {
      world.clock.after(atMs, () => {
        if (over) return;
        question.to.forEach((_, index) => {
          if (question.again?.isOpen(index) === true) send(index);
        });
      });
    }
    world.clock.after(question.timeoutMs, () => {
      if (!over) end();
    });
  });
}

function reachable(world: World, from: SimHost, address: string): SimHost | undefined {
  if (address.startsWith('127.') || address === 'localhost') return from.on ? from : undefined;
  const to = world.host(address);
  return to !== undefined && world.connected(from, to) ? to : undefined;
}

async function later<T>(world: World, ms: number, value: T): Promise<T> {
  await world.clock.sleep(ms);
  return value;
}

function failed(code: string, message: string): NetResult<never> {
  return { kind: 'failed', code, message };
}
