import type { Env } from '../env/env.ts';
import { confdPing } from './confd.ts';
import { CONFD_PORT } from './confd-exchange.ts';
import { isSuspended, runningDaemon } from './daemon-process.ts';
import { isListening } from './listening.ts';
import { OK, type ProbeResult, troubleOf } from './probe-result.ts';
import { probeSocket } from './socket-probe.ts';
import { readSsconfLines } from './ssconf-files.ts';

export const NODED_PORT = 1811;
const MOND_PORT = 1815;
/** OpenSSL's words where what was heard is no TLS at all (ssl/record/methods): a stranger has the port. */
const NOT_TLS =
  /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST|HTTPS_PROXY_REQUEST|BAD_RECORD_TYPE/;

/**
 * Noded at this node's own primary address. A TLS handshake, not a mere connection: the kernel completes
 * connections for a process that is stopped or stuck. Whether noded then accepts our missing certificate, or
 * OpenSSL here its old one, is not asked; whatever is said in TLS is an answer.
 */
export async function probeNoded(env: Env, address: string, timeoutMs = 2000): Promise<ProbeResult> {
  const result = await env.net.probeTls(address, NODED_PORT, timeoutMs);
  if (result.kind === 'ok' || (/^ERR_(OSS|SS)L_/.test(result.code) && !NOT_TLS.test(result.code))) return OK;
  return troubleOf('ganeti-noded', result.code, result.message);
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
  if (result.kind === 'failed') return troubleOf('ganeti-mond', result.code, result.message);
  const { status, body } = result.value;
  // The list of the protocol versions it speaks (Monitoring/Server.hs): today `[1]`.
  if (status === 200 && /^\s*\[\s*1\b/.test(body)) return OK;
  const what = status === 200 ? JSON.stringify(body.slice(0, 40)) : `HTTP status ${status}`;
  return { kind: 'refusing', message: `ganeti-mond answered with ${what}` };
}

/** Whether wconfd answers its `echo` call (Ganeti 3.0.2 src/Ganeti/WConfd/Core.hs:386). */
export async function probeWconfd(env: Env, runDir: string, timeoutMs = 2000): Promise<ProbeResult> {
  const request = { method: 'echo', args: ['ganeti-ha'] };
  return await probeSocket(env, 'ganeti-wconfd', `${runDir}/socket/ganeti-wconfd`, request, timeoutMs);
}

/** Whether luxid answers anything at all, by a question it needs nobody else for. */
export async function probeLuxid(env: Env, runDir: string, timeoutMs = 2000): Promise<ProbeResult> {
  const request = { method: 'QueryConfigValues', args: [['master_node']] };
  return await probeSocket(env, 'ganeti-luxid', `${runDir}/socket/ganeti-query`, request, timeoutMs);
}

/** Whether metad, which runs on demand only, answers its `echo` call (src/Ganeti/Metad/ConfigCore.hs). */
export async function probeMetad(env: Env, runDir: string, timeoutMs = 2000): Promise<ProbeResult> {
  if (runningDaemon(env, runDir, 'ganeti-metad').kind !== 'running') return OK;
  const request = { method: 'echo', args: ['ganeti-ha'] };
  return await probeSocket(env, 'ganeti-metad', `${runDir}/socket/ganeti-metad`, request, timeoutMs);
}

/**
 * Whether kvmd runs where it has something to do: it notices when the user of a KVM instance shuts it down, where the
 * cluster allows that, and ends by itself elsewhere. It listens nowhere, so its process is all there is to see.
 */
export function probeKvmd(env: Env, dataDir: string, runDir: string, me: string): ProbeResult {
  const lines = (key: string): readonly string[] => {
    const read = readSsconfLines(env.files, dataDir, key);
    return read.kind === 'lines' ? read.lines : [];
  };
  const wanted =
    lines('enabled_user_shutdown')[0] === 'True' &&
    lines('hypervisor_list').includes('kvm') &&
    !lines('node_vm_capable').includes(`${me}=False`) &&
    env.files.stat('/usr/sbin/ganeti-kvmd').kind === 'file';
  if (!wanted) return OK;
  const found = runningDaemon(env, runDir, 'ganeti-kvmd');
  if (found.kind === 'stopped') return { kind: 'dead', message: 'ganeti-kvmd: no process by its pid file' };
  if (found.kind === 'running' && isSuspended(env, found.pid)) {
    return { kind: 'hung', message: `ganeti-kvmd (pid ${found.pid}) is stopped by a signal` };
  }
  return OK;
}

/** Whether the master IP is on an interface of this host. */
export function probeMasterIp(env: Env, masterIp: string): ProbeResult {
  if (env.host.addresses().includes(masterIp)) return OK;
  return { kind: 'dead', message: `the master IP ${masterIp} is on no interface of this host` };
}
