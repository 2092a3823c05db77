import type { Host } from '../env/env.ts';

/** What ConfD is asked; numbers from Ganeti 3.0.2 src/Ganeti/Constants.hs (confdReq*). */
export const CONFD_REQUEST = { ping: 0, nodeRoleByName: 1, clusterMaster: 3, configQuery: 10 } as const;

/** The four bytes in front of every packet (Constants.hs:4582). */
const MAGIC = 'plj0';
const PROTOCOL = 1;

/** A reply whose signature and salt were right. */
export interface ConfdReply {
  /** `error` is what a node answers that has no usable configuration, i.e. is not a candidate. */
  readonly status: 'ok' | 'error';
  readonly answer: unknown;
}

export interface ConfdRequest {
  readonly type: number;
  readonly query: string | null;
  /** Comes back as the salt of the reply, which is how a reply is matched to its question. */
  readonly rsalt: string;
}

type Sign = Host['hmacSha1'];

/**
 * One request datagram. The salt is the time in seconds: a server whose clock is more than 300 s away
 * drops the packet without a word (Confd/Utils.hs:81-90), so wrong clocks look like silence.
 */
export function encodeRequest(sign: Sign, keyBase64: string, nowMs: number, request: ConfdRequest): string {
  const salt = String(Math.floor(nowMs / 1000));
  const msg = JSON.stringify({ protocol: PROTOCOL, ...request });
  return MAGIC + JSON.stringify({ msg, salt, hmac: sign(keyBase64, salt + msg) });
}

/** The salt and the content of a reply, or undefined for anything not signed with our key or malformed. */
export function decodeReply(
  sign: Sign,
  keyBase64: string,
  payload: string,
): { readonly rsalt: string; readonly reply: ConfdReply } | undefined {
  if (!payload.startsWith(MAGIC)) return undefined;
  const { msg, salt, hmac } = parseObject(payload.slice(MAGIC.length));
  if (typeof msg !== 'string' || typeof salt !== 'string' || typeof hmac !== 'string') return undefined;
  if (sign(keyBase64, salt + msg) !== hmac.toLowerCase()) return undefined;
  const { protocol, status, answer } = parseObject(msg);
  if (protocol !== PROTOCOL || typeof status !== 'number') return undefined;
  return { rsalt: salt, reply: { status: status === 0 ? 'ok' : 'error', answer } };
}

function parseObject(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}
