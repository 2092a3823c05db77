import { CONFD_PORT } from '../ganeti/confd-exchange.ts';
import { CONFD_REQUEST } from '../ganeti/confd-packet.ts';
import { STORY_BEGINS_MS } from './env.ts';
import { type Configuration, masterOf } from './ganeti-configuration.ts';
import { configOn, ssconfMaster } from './ganeti-distribute.ts';
import { takeDownMasterIp } from './ganeti-master-ip.ts';
import { setDrainFlag } from './ganeti-queue.ts';
import { stopMaster } from './ganeti-start.ts';
import {
  DATA_DIR,
  type Daemon,
  errandOn,
  type Ganeti,
  type GanetiHost,
  goAside,
  isAwake,
} from './ganeti-state.ts';
import { simulatedHmac } from './hmac.ts';
import type { TcpAnswer } from './world.ts';

/** In front of every packet. */
const MAGIC = 'plj0';
const CONFD_MS = 2;
/** ConfD drops what is older, without a word (Confd/Utils.hs:81). */
const MOST_SKEW_S = 300;
const SSH_PORT = 22;
/** Of an HTTP server in which something has gone wrong. */
const ERROR = { status: 500, body: '' } as const;

const TCP_PORTS: Readonly<Record<number, Daemon>> = {
  1811: 'ganeti-noded',
  1815: 'ganeti-mond',
  5080: 'ganeti-rapi',
};

/** What listens on a host; `undefined`: no port of Ganeti's. */
export function tcpAnswer(
  ganeti: Ganeti,
  to: GanetiHost,
  port: number,
  from: GanetiHost,
): TcpAnswer | undefined {
  const daemon = TCP_PORTS[port];
  if (daemon === undefined && port !== SSH_PORT) return undefined;
  if (port !== 5080 && from !== to && from.shunned.has(to.host.address)) return { kind: 'refuses' };
  if (daemon === undefined) return { kind: 'accepts', tls: false };
  // Debian's rapi listens on the loopback address only.
  if (daemon === 'ganeti-rapi' && from !== to) return { kind: 'refuses' };
  const process = to.daemons.get(daemon);
  if (process === undefined) return { kind: 'refuses' };
  if (!isAwake(process)) return { kind: 'hangs' };
  const refuses = process.state === 'refusing';
  switch (daemon) {
    case 'ganeti-mond':
      return { kind: 'accepts', tls: false, http: refuses ? ERROR : { status: 200, body: '[1]' } };
    case 'ganeti-rapi':
      return { kind: 'accepts', tls: true, http: refuses ? ERROR : { status: 401, body: '' } };
    default:
      return {
        ...{ kind: 'accepts', tls: true },
        post: (path, body) => (refuses ? ERROR : answerNoded(ganeti, to, from, path, body)),
      };
  }
}

/** The calls that are made over the network by the agents themselves. */
function answerNoded(
  ganeti: Ganeti,
  to: GanetiHost,
  from: GanetiHost,
  path: string,
  body: string,
): { readonly status: number; readonly body: string } {
  const known = to.host.disk.read(`${DATA_DIR}/ssconf_master_candidates`);
  if (known.kind !== 'text' || !known.text.split('\n').includes(from.host.ganetiName)) {
    return { status: 401, body: '' };
  }
  const payload = payloadOf(ganeti, path, to, JSON.parse(body));
  return {
    status: 200,
    body: JSON.stringify(payload === undefined ? [false, `no ${path} here`] : [true, payload]),
  };
}

function payloadOf(ganeti: Ganeti, path: string, to: GanetiHost, [argument]: readonly unknown[]): unknown {
  const wallMs = STORY_BEGINS_MS + ganeti.world.clock.now() + to.host.skewMs;
  switch (path) {
    // Answered at once here; it goes on in noded as it does where the caller's patience ends.
    case '/node_stop_master':
      goAside(stopMaster(ganeti, errandOn(ganeti, to)));
      return null;
    case '/node_deactivate_master_ip':
      goAside(takeDownMasterIp(ganeti, errandOn(ganeti, to)));
      return null;
    case '/get_file_info': {
      const file = to.host.disk.stat(String(argument));
      return file.kind === 'file' ? [true, { size: file.size }] : [false, {}];
    }
    case '/jobqueue_set_drain_flag':
      setDrainFlag(ganeti, to, argument === true);
      return null;
    case '/master_node_name':
      return ssconfMaster(to);
    case '/node_verify':
      return { time: [Math.floor(wallMs / 1000), (wallMs % 1000) * 1000] };
    case '/instance_list':
      return [...to.instances];
    default:
      return undefined;
  }
}

/** ConfD's reply to a signed packet; undefined: silence. */
export function confdAnswer(
  { world }: Ganeti,
  to: GanetiHost,
  port: number,
  payload: string,
): { readonly afterMs: number; readonly payload: string } | undefined {
  if (port !== CONFD_PORT || to.daemons.get('ganeti-confd')?.state !== 'working') return undefined;
  const key = to.host.disk.readBase64(`${DATA_DIR}/hmac.key`);
  if (key.kind !== 'text' || !payload.startsWith(MAGIC)) return undefined;
  const { msg, salt, hmac }: { msg: string; salt: string; hmac: string } = JSON.parse(
    payload.slice(MAGIC.length),
  );
  if (simulatedHmac(key.text, salt + msg) !== hmac) return undefined;
  const now = (STORY_BEGINS_MS + world.clock.now() + to.host.skewMs) / 1000;
  if (Math.abs(now - Number(salt)) > MOST_SKEW_S) return undefined;
  const { type, query, rsalt }: { type: number; query: string | null; rsalt: string } = JSON.parse(msg);
  const config = configOn(to);
  const answer = answerConfd(config, type, query);
  const reply = JSON.stringify({
    protocol: 1,
    status: answer === undefined ? 1 : 0,
    answer: answer ?? 0,
    serial: config?.cluster.serial_no ?? 0,
  });
  const signed = { msg: reply, salt: rsalt, hmac: simulatedHmac(key.text, rsalt + reply) };
  return { afterMs: CONFD_MS, payload: MAGIC + JSON.stringify(signed) };
}

/** Undefined: an error, such as that of a node that has no configuration. */
function answerConfd(config: Configuration | undefined, type: number, query: string | null): unknown {
  if (config === undefined) return undefined;
  switch (type) {
    case CONFD_REQUEST.ping:
      return 'ok';
    case CONFD_REQUEST.nodeRoleByName:
      return roleNumber(config, query);
    case CONFD_REQUEST.clusterMaster:
      return masterOf(config)?.name;
    case CONFD_REQUEST.configQuery:
      return at(config, query ?? '');
    default:
      return undefined;
  }
}

/** 0 master, 1 candidate, 2 offline, 3 drained, 4 regular. */
function roleNumber(config: Configuration, name: string | null): number | undefined {
  const node = Object.values(config.nodes).find((one) => one.name === name);
  if (node === undefined) return undefined;
  if (masterOf(config)?.uuid === node.uuid) return 0;
  if (node.master_candidate) return 1;
  if (node.offline) return 2;
  return node.drained ? 3 : 4;
}

/** A JSON pointer (RFC 6901). */
function at(config: Configuration, pointer: string): unknown {
  let value: unknown = config;
  for (const key of pointer.split('/').slice(1)) {
    value =
      typeof value === 'object' && value !== null
        ? Reflect.get(value, key.replaceAll('~1', '/').replaceAll('~0', '~'))
        : undefined;
  }
  return value;
}
