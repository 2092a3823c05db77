import { createHmac } from 'node:crypto';
import { createSocket } from 'node:dgram';

/** What a scripted ConfD answers; every field may change while it runs. */
export interface ConfdScript {
  master: string;
  serial: number;
  /** Ganeti's numbers of the roles: 0 master, 1 candidate, 2 offline, 3 drained, 4 regular. */
  roles: Readonly<Record<string, number>>;
  /** Answers nothing, as the dead do. */
  silent?: boolean;
}

export interface ConfdServer {
  close(): Promise<void>;
}

/** A ConfD on a loopback address that knows the cluster's key. */
export async function confdServer(address: string, key: string, script: ConfdScript): Promise<ConfdServer> {
  const sign = (text: string): string => createHmac('sha1', key).update(text).digest('hex');
  const socket = createSocket('udp4');
  socket.on('message', (packet, from) => {
    const { msg, salt, hmac } = JSON.parse(packet.toString('utf8').slice(4));
    if (sign(salt + msg) !== hmac || script.silent === true) return;
    const { type, query, rsalt } = JSON.parse(msg);
    const answer = answerTo(script, type, query);
    const reply = JSON.stringify({
      protocol: 1,
      status: answer === undefined ? 1 : 0,
      answer: answer ?? 0,
      serial: 1,
    });
    socket.send(
      `plj0${JSON.stringify({ msg: reply, salt: rsalt, hmac: sign(rsalt + reply) })}`,
      from.port,
      from.address,
    );
  });
  await new Promise<void>((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(1814, address, resolve);
  });
  return { close: () => new Promise((resolve) => socket.close(() => resolve())) };
}

function answerTo(script: ConfdScript, type: number, query: unknown): unknown {
  switch (type) {
    case 0:
      return 'ok';
    case 1:
      return typeof query === 'string' ? script.roles[query] : undefined;
    case 3:
      return script.master;
    case 10:
      return query === '/serial_no' ? script.serial : undefined;
    default:
      return undefined;
  }
}
