import type { Env } from '../env/env.ts';
import { exchange } from './confd-exchange.ts';
import { CONFD_REQUEST, type ConfdReply } from './confd-packet.ts';

export type ConfdPing =
  | { readonly kind: 'answered' }
  | { readonly kind: 'silent'; readonly reason: string }
  /** We could not ask: hmac.key is missing or unreadable. */
  | { readonly kind: 'no-key'; readonly reason: string };

/** What another node's ConfD says about the master role. */
export type CandidateSays =
  | { readonly kind: 'answered'; readonly master: string; readonly serial: number }
  /** It has no usable configuration: not a master candidate. */
  | { readonly kind: 'no-config' }
  | { readonly kind: 'silent'; readonly reason: string };

export interface CandidateAnswer {
  readonly address: string;
  readonly says: CandidateSays;
}

export type NodeRole = 'master' | 'candidate' | 'offline' | 'drained' | 'regular';

export type RoleAnswer =
  | { readonly kind: 'known'; readonly role: NodeRole; readonly serial: number }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One answer normally takes a few milliseconds; a second is for a busy machine. */
const DEFAULT_TIMEOUT_MS = 1000;

/**
 * The JSON pointer of the number that tells which of two configurations is newer: the top level's
 * `serial_no`, which rises with every change. `/cluster/serial_no`, which is also what ConfD puts into each
 * reply as `serial`, stays where it is when a node group changes (seen with Ganeti 3.0.2: 21 to 22 and 14 to 14).
 */
const SERIAL_POINTER = '/serial_no';

/** In the order of the numbers ConfD uses (Constants.hs, confdNodeRole*). */
const ROLES: readonly NodeRole[] = ['master', 'candidate', 'offline', 'drained', 'regular'];

/** Whether the ConfD at this address answers at all; also one without configuration is alive. */
export async function confdPing(
  env: Env,
  dataDir: string,
  address: string,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<ConfdPing> {
  const asked = await exchange(env, dataDir, [{ address, type: CONFD_REQUEST.ping, query: null }], timeoutMs);
  if (asked.kind === 'no-key') return { kind: 'no-key', reason: asked.message };
  return asked.replies[0] === undefined
    ? { kind: 'silent', reason: noAnswer(timeoutMs) }
    : { kind: 'answered' };
}

/**
 * Whom each of these nodes takes for the master, and how new the configuration is from which it knows.
 * All are asked at once; the whole takes at most timeoutMs. The answers come in the order of the addresses.
 */
export async function askConfigurations(
  env: Env,
  dataDir: string,
  addresses: readonly string[],
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<readonly CandidateAnswer[]> {
  const questions = addresses.flatMap((address) => [
    { address, type: CONFD_REQUEST.clusterMaster, query: null },
    { address, type: CONFD_REQUEST.configQuery, query: SERIAL_POINTER },
  ]);
  const asked = await exchange(env, dataDir, questions, timeoutMs);
  return addresses.map((address, index) => ({
    address,
    says:
      asked.kind === 'no-key'
        ? { kind: 'silent', reason: asked.message }
        : candidateSays(asked.replies[2 * index], asked.replies[2 * index + 1], timeoutMs),
  }));
}

/**
 * A node's role as the newest configuration among these addresses has it.
 * Unknown when nobody answers, or when no configuration there has a node of this name.
 */
export async function askNodeRole(
  env: Env,
  dataDir: string,
  addresses: readonly string[],
  nodeName: string,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<RoleAnswer> {
  if (nodeName === '') return { kind: 'unknown', reason: 'no node name was given' };
  const questions = addresses.flatMap((address) => [
    { address, type: CONFD_REQUEST.nodeRoleByName, query: nodeName },
    { address, type: CONFD_REQUEST.configQuery, query: SERIAL_POINTER },
  ]);
  const asked = await exchange(env, dataDir, questions, timeoutMs);
  if (asked.kind === 'no-key') return { kind: 'unknown', reason: asked.message };
  let newest: RoleAnswer = { kind: 'unknown', reason: `no candidate told the role of ${nodeName}` };
  for (let index = 0; index < addresses.length; index += 1) {
    const role = roleOf(asked.replies[2 * index]);
    const serial = serialOf(asked.replies[2 * index + 1]);
    if (role === undefined || serial === undefined) continue;
    if (newest.kind === 'unknown' || serial > newest.serial) newest = { kind: 'known', role, serial };
  }
  return newest;
}

function candidateSays(
  masterReply: ConfdReply | undefined,
  serialReply: ConfdReply | undefined,
  timeoutMs: number,
): CandidateSays {
  if (masterReply?.status === 'error' || serialReply?.status === 'error') return { kind: 'no-config' };
  if (masterReply === undefined || serialReply === undefined) {
    return { kind: 'silent', reason: noAnswer(timeoutMs) };
  }
  const master = masterReply.answer;
  const serial = serialOf(serialReply);
  if (typeof master !== 'string' || master === '' || serial === undefined) {
    return { kind: 'silent', reason: 'its ConfD answered something that is neither a name nor a serial' };
  }
  return { kind: 'answered', master, serial };
}

function serialOf(reply: ConfdReply | undefined): number | undefined {
  const serial = reply?.status === 'ok' ? reply.answer : undefined;
  return typeof serial === 'number' && Number.isSafeInteger(serial) ? serial : undefined;
}

function roleOf(reply: ConfdReply | undefined): NodeRole | undefined {
  const role = reply?.status === 'ok' ? reply.answer : undefined;
  return typeof role === 'number' ? ROLES[role] : undefined;
}

function noAnswer(timeoutMs: number): string {
  return `no answer from its ConfD within ${timeoutMs} ms`;
}
