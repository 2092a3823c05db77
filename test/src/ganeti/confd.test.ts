import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { after, before, describe, it } from 'node:test';
import { askConfigurations, askNodeRole, confdPing } from '../../../src/ganeti/confd.ts';
import { DATA, loopback, type Machine, makeMachine } from './machine.ts';

// A raw key, as Ganeti may have one: no text.
const KEY = Buffer.from([0, 255, 10, 128, 7, 65, 200, 13]);
/** As long as a silent server is waited for here. */
const SHORT_MS = 300;

interface Request {
  readonly type: number;
  readonly query: unknown;
  readonly rsalt: string;
  readonly salt: string;
}

type Reply = { status?: number; answer: unknown; key?: Buffer; salt?: string; protocol?: number } | string;

function datagram(request: Request, reply: Reply): string {
  if (typeof reply === 'string') return reply;
  const { status = 0, answer, key = KEY, salt = request.rsalt, protocol = 1 } = reply;
  const msg = JSON.stringify({ protocol, status, answer, serial: 1 });
  const hmac = createHmac('sha1', key)
    .update(salt + msg)
    .digest('hex');
  return `plj0${JSON.stringify({ msg, salt, hmac })}`;
}

describe('ConfD', () => {
  const machine: Machine = makeMachine();
  const address = loopback();
  const sockets: Socket[] = [];
  const timers: NodeJS.Timeout[] = [];
  let used = 0;

  /** A server on an address of its own; each request is answered with every reply the script gives. */
  async function server(script: (request: Request) => readonly Reply[], delayMs = 0): Promise<string> {
    used += 1;
    const own = address(used);
    const socket = createSocket('udp4');
    sockets.push(socket);
    socket.on('message', (packet, from) => {
      const outer = JSON.parse(packet.toString('utf8').slice(4));
      const signature = createHmac('sha1', KEY)
        .update(outer.salt + outer.msg)
        .digest('hex');
      assert.equal(outer.hmac, signature);
      const request: Request = { ...JSON.parse(outer.msg), salt: outer.salt };
      const timer = setTimeout(() => {
        for (const reply of script(request))
          socket.send(datagram(request, reply), from.port, from.address, () => {});
      }, delayMs);
      timers.push(timer);
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind(1814, own, resolve);
    });
    return own;
  }

  /** What a healthy candidate answers. */
  function candidate(master: string, serial: number, role = 1): (request: Request) => readonly Reply[] {
    return ({ type, query }) => {
      if (type === 1) return [{ answer: role }];
      if (type === 3) return [{ answer: master }];
      return query === '/serial_no' ? [{ answer: serial }] : [{ answer: 'version' }];
    };
  }

  before(() => machine.put(`${DATA}/hmac.key`, KEY));
  after(() => {
    for (const timer of timers) clearTimeout(timer);
    for (const socket of sockets) socket.close();
    machine.close();
  });

  it('tells the master and the serial of every candidate, in the order asked, without waiting for the end', async () => {
    const first = await server(candidate('h1', 21));
    const second = await server(candidate('h2', 22));
    const started = performance.now();
    const answers = await askConfigurations(machine.env, DATA, [second, first], 5000);
    assert.ok(performance.now() - started < 2000);
    assert.deepEqual(answers, [
      { address: second, says: { kind: 'answered', master: 'h2', serial: 22 } },
      { address: first, says: { kind: 'answered', master: 'h1', serial: 21 } },
    ]);
  });

  it('is asked again where a datagram was lost', async () => {
    const lost = new Set<string>();
    const answer = candidate('h1', 21);
    const own = await server((request) => {
      if (lost.has(request.rsalt)) return answer(request);
      lost.add(request.rsalt);
      return [];
    });
    const [told] = await askConfigurations(machine.env, DATA, [own], 5000);
    assert.deepEqual(told?.says, { kind: 'answered', master: 'h1', serial: 21 });
  });

  it('is told the time, so that an honest clock is accepted', async () => {
    let salt = '';
    const own = await server((request) => {
      salt = request.salt;
      return [{ answer: 3000000 }];
    });
    assert.deepEqual(await confdPing(machine.env, DATA, own), { kind: 'answered' });
    assert.ok(Math.abs(Number(salt) - Date.now() / 1000) < 5);
  });

  it('without a configuration is no candidate, but alive', async () => {
    const own = await server(() => [{ status: 1, answer: 'Cannot load configuration' }]);
    assert.deepEqual(await askConfigurations(machine.env, DATA, [own]), [
      { address: own, says: { kind: 'no-config' } },
    ]);
    assert.deepEqual(await confdPing(machine.env, DATA, own), { kind: 'answered' });
  });

  const strangers: Readonly<Record<string, (request: Request) => readonly Reply[]>> = {
    'a reply signed with another key': () => [{ answer: 'h9', key: Buffer.from('other') }],
    'a reply to somebody else': () => [{ answer: 'h9', salt: 'not-ours' }],
    'a reply of another protocol': () => [{ answer: 'h9', protocol: 2 }],
    'a reply without the magic bytes': (request) => [datagram(request, { answer: 'h9' }).slice(4)],
    garbage: () => ['', 'plj0', 'plj0{', 'plj0[]', 'plj0null', 'plj0{"msg":1,"salt":2,"hmac":3}', '\u0000'],
  };
  for (const [what, script] of Object.entries(strangers)) {
    it(`counts ${what} as silence`, async () => {
      const own = await server(script);
      const [answer] = await askConfigurations(machine.env, DATA, [own], SHORT_MS);
      assert.equal(answer?.says.kind, 'silent');
    });

    it(`still hears the true reply behind ${what}`, async () => {
      const own = await server((request) => [...script(request), ...candidate('h1', 5)(request)]);
      const [answer] = await askConfigurations(machine.env, DATA, [own]);
      assert.deepEqual(answer?.says, { kind: 'answered', master: 'h1', serial: 5 });
    });
  }

  it('is not taken for two by answering twice', async () => {
    const eager = await server((request) => [...candidate('h1', 5)(request), ...candidate('h1', 5)(request)]);
    const mute = await server(() => []);
    const answers = await askConfigurations(machine.env, DATA, [eager, mute], SHORT_MS);
    assert.deepEqual(
      answers.map(({ says }) => says.kind),
      ['answered', 'silent'],
    );
  });

  it('believes the first of two different answers to one question', async () => {
    const own = await server((request) => [...candidate('h1', 5)(request), ...candidate('h9', 99)(request)]);
    const [answer] = await askConfigurations(machine.env, DATA, [own]);
    assert.deepEqual(answer?.says, { kind: 'answered', master: 'h1', serial: 5 });
  });

  it('that answers only half is silent', async () => {
    const own = await server((request) => (request.type === 3 ? [{ answer: 'h1' }] : []));
    const [answer] = await askConfigurations(machine.env, DATA, [own], SHORT_MS);
    assert.equal(answer?.says.kind, 'silent');
  });

  it('that answers nonsense is silent', async () => {
    const own = await server(() => [{ answer: { name: 'h1' } }]);
    const [answer] = await askConfigurations(machine.env, DATA, [own], SHORT_MS);
    assert.equal(answer?.says.kind, 'silent');
  });

  it('that answers too late is silent, and the wait is one for all', async () => {
    const late = await server(candidate('h1', 5), 3 * SHORT_MS);
    const later = await server(candidate('h1', 5), 3 * SHORT_MS);
    const quick = await server(candidate('h1', 6));
    const started = performance.now();
    const answers = await askConfigurations(machine.env, DATA, [late, quick, later, address(60)], SHORT_MS);
    assert.ok(performance.now() - started < 2 * SHORT_MS);
    assert.deepEqual(
      answers.map(({ says }) => says.kind),
      ['silent', 'answered', 'silent', 'silent'],
    );
  });

  it('is asked for a role, and the newest configuration is believed', async () => {
    const old = await server(candidate('h1', 7, 0));
    const fresh = await server(candidate('h1', 8, 2));
    assert.deepEqual(await askNodeRole(machine.env, DATA, [fresh, old], 'h3.lab.test'), {
      kind: 'known',
      role: 'offline',
      serial: 8,
    });
  });

  it('is never asked about a node without a name', async () => {
    assert.equal((await askNodeRole(machine.env, DATA, [address(7)], '')).kind, 'unknown');
  });

  it('cannot be asked without the key, and the reason says so', async () => {
    const bare = makeMachine();
    const ping = await confdPing(bare.env, DATA, address(7));
    assert.ok(ping.kind === 'no-key' && ping.reason.includes('/var/lib/ganeti/hmac.key'));
    const [answer] = await askConfigurations(bare.env, DATA, [address(7)]);
    assert.ok(answer?.says.kind === 'silent' && answer.says.reason.includes('hmac.key'));
    bare.close();
  });

  it('is not waited for where there is nobody to ask', async () => {
    const started = performance.now();
    assert.deepEqual(await askConfigurations(machine.env, DATA, [], 5000), []);
    assert.ok(performance.now() - started < 1000);
  });
});
