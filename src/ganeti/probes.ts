import type { Env } from '../env/env.ts';
import { confdPing } from './confd.ts';
import { CONFD_PORT } from './confd-exchange.ts';
import { isListening } from './listening.ts';

/** Whether a daemon does its work: `dead` nobody is there, `hung` somebody is and says nothing, `refusing` it answers with an error. */
export type ProbeResult =
  | { readonly kind: 'ok' }
  | { readonly kind: 'dead' | 'hung' | 'refusing'; readonly message: string };

const NODED_PORT = 1811;
const MOND_PORT = 1815;
const RAPI_PORT = 5080;
/** OpenSSL's words where what was heard is no TLS at all (ssl/record/methods): a stranger has the port. */
const NOT_TLS =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST|BAD_RECORD_TYPE/;

const OK: ProbeResult = { kind: 'ok' };

/**
 * Noded at this node's own primary address. A TLS handshake, not a mere connection: the kernel completes
 * connections for a process that is stopped or stuck. Whether noded then accepts our missing certificate, or
 * OpenSSL here its old one, is not asked; whatever is said in TLS is an answer.
 */
export async function probeNoded(env: Env, address: string, timeoutMs = 2000): Promise<ProbeResult> {
  const result = await env.net.probeTls(address, NODED_PORT, timeoutMs);
  if (result.kind === 'ok' || (/^ERR_(OSS|SS)L_/.test(result.code) && !NOT_TLS.test(result.code))) return OK;
  return failed('ganeti-noded', result.code, result.message);
}

/** This node's own ConfD, at one of its addresses, by a signed ping. */
export async function probeConfd(
  env: Env,
  dataDir: string,
  address: string,
  timeoutMs = 1000,
): Promise<ProbeResult> {
  if (isListening(env, 'udp', CONFD_PORT) === false) {
    return { kind: 'dead', message: `nobody listens on UDP port ${CONFD_PORT} (ganeti-confd)` };
  }
  const ping = await confdPing(env, dataDir, address, timeoutMs);
  switch (ping.kind) {
    case 'answered':
      return OK;
    case 'no-key':
      return { kind: 'refusing', message: ping.reason };
    case 'silent':
      return { kind: 'hung', message: `ganeti-confd at ${address}: ${ping.reason}` };
  }
}

/**
 * Whether MonD should run here. Ganeti decides it at build time (`--enable-mond`): a build with it installs
 * the program and its watcher keeps it running on every node, a build without it has no program. There is no
 * switch at run time except that an administrator may mask upstream's systemd unit.
 */
export function mondEnabled(env: Env): boolean {
  if (env.files.stat('/usr/sbin/ganeti-mond').kind !== 'file') return false;
  // A masked unit is a link to /dev/null.
  return env.files.stat('/etc/systemd/system/ganeti-mond.service').kind !== 'other';
}

/** MonD at this address. */
export async function probeMond(env: Env, address: string, timeoutMs = 2000): Promise<ProbeResult> {
  const host = address.includes(':') ? `[${address}]` : address;
  const result = await env.net.httpGet(`http://${host}:${MOND_PORT}/`, timeoutMs);
  if (result.kind === 'failed') return failed('ganeti-mond', result.code, result.message);
  if (result.value.status === 200) return OK;
  return { kind: 'refusing', message: `ganeti-mond answered with HTTP status ${result.value.status}` };
}

/** Whether something listens on RAPI's port on this host. */
export function probeRapi(env: Env, port = RAPI_PORT): ProbeResult {
  // Unreadable tables say nothing against rapi.
  if (isListening(env, 'tcp', port) !== false) return OK;
  return { kind: 'dead', message: `nobody listens on TCP port ${port} (ganeti-rapi)` };
}

/**
 * Whether wconfd answers: its `echo` call, in LUXI's framing (Ganeti 3.0.2 src/Ganeti/WConfd/Core.hs:386).
 * A connection alone proves nothing, the kernel accepts it for a process that is stopped.
 */
export async function probeWconfd(env: Env, runDir: string, timeoutMs = 2000): Promise<ProbeResult> {
  const request = { method: 'echo', args: ['ganeti-ha'] };
  return await probeSocket(env, 'ganeti-wconfd', `${runDir}/socket/ganeti-wconfd`, request, timeoutMs);
}

/** Whether luxid answers anything at all, by a question it needs nobody else for. */
export async function probeLuxid(env: Env, runDir: string, timeoutMs = 2000): Promise<ProbeResult> {
  const request = { method: 'QueryConfigValues', args: [['master_node']] };
  return await probeSocket(env, 'ganeti-luxid', `${runDir}/socket/ganeti-query`, request, timeoutMs);
}

async function probeSocket(
  env: Env,
  daemon: string,
  path: string,
  request: object,
  timeoutMs: number,
): Promise<ProbeResult> {
  const connected = await env.net.connectUnix(path, timeoutMs);
  if (connected.kind === 'failed') return failed(daemon, connected.code, connected.message);
  const stream = connected.value;
  stream.write(`${JSON.stringify(request)}\x03`);
  const answer = await stream.read(timeoutMs);
  stream.close();
  return answer.kind === 'failed' ? failed(daemon, answer.code, answer.message) : OK;
}

/** Whether the master IP is on an interface of this host. */
export function probeMasterIp(env: Env, masterIp: string): ProbeResult {
  if (env.host.addresses().includes(masterIp)) return OK;
  return { kind: 'dead', message: `the master IP ${masterIp} is on no interface of this host` };
}

function failed(daemon: string, code: string, message: string): ProbeResult {
  const text = `${daemon}: ${message}`;
  switch (code) {
    case 'ECONNREFUSED':
    case 'ENOENT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'EADDRNOTAVAIL':
      return { kind: 'dead', message: text };
    case 'ETIMEDOUT':
    // A unix socket whose queue is full: somebody holds it and takes nobody in.
    case 'EAGAIN':
      return { kind: 'hung', message: text };
    default:
      return { kind: 'refusing', message: text };
  }
}
