import { hostname, networkInterfaces } from 'node:os';
import { runCommand } from '../process/run.ts';
import type { Clock, Env, Host, Log } from './env.ts';
import { realFiles } from './files.ts';
import { realNet } from './net.ts';
import { testRoot } from './test-root.ts';

/** The real world. Throws UntrustedTestRootError where `GANETI_HA_ROOT` is set to a folder not to be trusted. */
export function realEnv(
  vars: Readonly<Record<string, string | undefined>>,
  log: Log,
  sendLog: Env['sendLog'] = async () => {},
): Env {
  const uid = process.geteuid?.() ?? -1;
  const root = testRoot(vars.GANETI_HA_ROOT, uid);
  return {
    vars,
    clock,
    files: realFiles(root),
    net: realNet(root),
    log,
    sendLog,
    host: realHost(uid),
    run: (command) => runCommand(root, command),
  };
}

const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
};

function realHost(uid: number): Host {
  return {
    uid,
    pid: process.pid,
    nodename: hostname(),
    addresses: () =>
      Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address)),
    uuid: () => process.getBuiltinModule('node:crypto').randomUUID(),
    hmacSha1: (keyBase64, text) =>
      process
        .getBuiltinModule('node:crypto')
        .createHmac('sha1', Buffer.from(keyBase64, 'base64'))
        .update(text)
        .digest('hex'),
    processExists: (pid) => trySignal(pid, 0),
    signal: (pid, signal) => trySignal(pid, signal),
  };
}

function trySignal(pid: number, signal: 0 | 'SIGTERM' | 'SIGKILL'): boolean {
  if (!Number.isInteger(pid) || pid <= 1) return false;
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}
