// The host beside whose systemd this runs (boot.sh): Ganeti's units with stand-ins for the daemons.
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export const DIRS = { dataDir: '/var/lib/ganeti', runDir: '/var/run/ganeti' };
export const SERVICES = ['ganeti-wconfd', 'ganeti-luxid', 'ganeti-rapi'] as const;
export type Service = (typeof SERVICES)[number];
const POLL_MS = 10;
const PATIENCE_MS = 15_000;

export function systemctl(...args: readonly string[]): string {
  return execFileSync('systemctl', args, { encoding: 'utf8', stdio: 'pipe', timeout: PATIENCE_MS }).trim();
}

/** Units as an administrator enables them, a configuration of no content, and programs that only have the names. */
export function installGaneti(): void {
  mkdirSync(DIRS.dataDir, { recursive: true });
  for (const file of ['config.data', 'rapi.pem']) writeFileSync(join(DIRS.dataDir, file), '');
  // An address that every host has: a start of the whole role waits for it.
  writeFileSync(join(DIRS.dataDir, 'ssconf_master_ip'), '127.0.0.1\n');
  mkdirSync(DIRS.runDir, { recursive: true });
  // The daemons run as several users, and ensure-dirs is not run here.
  chmodSync(DIRS.runDir, 0o1777);
  for (const name of SERVICES) {
    // Debian's is a link, which would be followed.
    rmSync(`/usr/sbin/${name}`, { force: true });
    copyFileSync(join(import.meta.dirname, 'daemon'), `/usr/sbin/${name}`);
  }
  systemctl('enable', ...SERVICES);
}

/** As an administrator does it; without systemd's limit of five starts in ten seconds, which holds for what they depend on, too. */
export function restart(...units: readonly string[]): void {
  systemctl('reset-failed');
  systemctl('restart', ...units);
}

/** Kills the daemon, and returns when systemd has started it again by itself. */
export async function crash(name: Service): Promise<void> {
  const before = mainPid(name);
  systemctl('reset-failed');
  process.kill(before, 'SIGKILL');
  await until(`${name} to be started again`, () => ![0, before].includes(mainPid(name)));
}

/** What its process was started with, one string; waits until systemd's child has become the daemon. */
export async function argumentsOf(name: Service): Promise<string> {
  let words: readonly string[] = [];
  await until(`${name} to be there`, () => {
    words = wordsOf(mainPid(name));
    // Of a script the interpreter comes first.
    return words[1] === `/usr/sbin/${name}`;
  });
  return words.slice(2).join('|');
}

function mainPid(name: Service): number {
  return Number(systemctl('show', '--property=MainPID', '--value', name));
}

function wordsOf(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replace(/\0$/, '').split('\0');
  } catch {
    return [];
  }
}

async function until(what: string, isSo: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > end) throw new Error(`waited ${PATIENCE_MS} ms in vain for ${what}`);
    await sleep(POLL_MS);
  }
}
