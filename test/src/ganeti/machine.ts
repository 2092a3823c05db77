import { type ChildProcess, execFile, spawn } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { Env, Host } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';

/** A folder that stands for `/`, the real Env on it, and real processes named like Ganeti's daemons. */
export interface Machine {
  readonly root: string;
  readonly env: Env;
  /** The same Env with another host, e.g. other addresses. */
  withHost(host: Partial<Host>): Env;
  put(path: string, text: string | Buffer): void;
  read(path: string): string | undefined;
  /** Installs test/stubs/BEHAVIOUR under the name of a program. */
  program(name: string, behaviour: string): void;
  /** Starts a process of this name, with its pid file; the process id. */
  daemon(name: string): Promise<number>;
  /** Sends SIGSTOP; returns when the process has stopped. */
  suspend(pid: number): Promise<void>;
  /** Sends SIGKILL; returns when the process is gone or a zombie. */
  kill(pid: number): Promise<void>;
  /** How the stubs were called, one line each. */
  calls(): readonly string[];
  close(): void;
}

export const DATA = '/var/lib/ganeti';
export const RUN = '/var/run/ganeti';
export const DIRS = { dataDir: DATA, runDir: RUN };
const STUBS = join(import.meta.dirname, '..', '..', 'stubs');
const DAEMONS = ['noded', 'confd', 'mond', 'wconfd', 'luxid', 'rapi', 'kvmd', 'metad'];

export function makeMachine(): Machine {
  const root = mkdtempSync(join(tmpdir(), 'gha-machine-'));
  chmodSync(root, 0o755);
  for (const folder of ['usr/sbin', 'usr/lib/ganeti', DATA, RUN])
    mkdirSync(join(root, folder), { recursive: true });
  symlinkSync('/proc', join(root, 'proc'));
  // The name of a process is that of its file.
  for (const name of DAEMONS) copyFileSync('/bin/sleep', join(root, 'usr/sbin', `ganeti-${name}`));
  const env = realEnv({ GANETI_HA_ROOT: root }, () => {});
  const children: ChildProcess[] = [];
  const read = (path: string): string | undefined =>
    existsSync(root + path) ? readFileSync(root + path, 'utf8') : undefined;
  const put = (path: string, text: string | Buffer): void => {
    mkdirSync(dirname(root + path), { recursive: true });
    writeFileSync(root + path, text);
  };
  return {
    root,
    env,
    withHost: (host) => ({ ...env, host: { ...env.host, ...host } }),
    put,
    read,
    program: (name, behaviour) => {
      const path = join(root, name === 'daemon-util' ? 'usr/lib/ganeti' : 'usr/sbin', name);
      rmSync(path, { force: true });
      symlinkSync(join(STUBS, behaviour), path);
    },
    daemon: async (name) => {
      const child = spawn(join(root, 'usr/sbin', name), ['300'], { detached: true, stdio: 'ignore' });
      children.push(child);
      await new Promise((resolve) => child.once('spawn', resolve));
      put(`${RUN}/${name}.pid`, `${child.pid}\n`);
      return child.pid ?? 0;
    },
    suspend: async (pid) => {
      process.kill(pid, 'SIGSTOP');
      await untilState(pid, /\) T/);
    },
    kill: async (pid) => {
      process.kill(pid, 'SIGKILL');
      await untilState(pid, /\) Z|^$/);
    },
    calls: () => (read('/calls.log') ?? '').split('\n').filter((line) => line !== ''),
    close: () => {
      // Also those whose pid file another of their name has taken over.
      for (const child of children) child.kill('SIGKILL');
      endDaemons(root);
      rmSync(root, { recursive: true, force: true });
    },
  };
}

/** Ends what this machine's daemons are, by the pid files and only where the process runs a file of ours. */
function endDaemons(root: string): void {
  for (const name of DAEMONS) {
    const file = `${root}${RUN}/ganeti-${name}.pid`;
    const pid = Number(readIfThere(file));
    if (pid > 1 && readIfThere(`/proc/${pid}/cmdline`).startsWith(root)) process.kill(pid, 'SIGKILL');
  }
}

async function untilState(pid: number, state: RegExp): Promise<void> {
  for (let tries = 0; tries < 250; tries += 1) {
    if (state.test(readIfThere(`/proc/${pid}/stat`))) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`process ${pid} never came to ${state}`);
}

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A self-signed certificate and its key, made once per call. */
export async function certificate(folder: string): Promise<{ key: string; cert: string }> {
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const subject = ['-subj', '/CN=ganeti.example.com', '-days', '2', '-nodes'];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-keyout', key, '-out', cert, ...subject];
  await promisify(execFile)('openssl', args);
  return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
}

let networks = 0;

/** Loopback addresses nobody else uses at the same time, so that test files may run side by side. */
export function loopback(): (number: number) => string {
  networks += 1;
  const block = networks;
  return (number) =>
    `127.${128 + ((process.pid >> 8) & 63)}.${process.pid & 255}.${(block * 8 + number) & 255}`;
}
