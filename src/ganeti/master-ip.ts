import type { Env } from '../env/env.ts';
import type { DaemonResult } from './daemons.ts';

const POLL_MS = 100;

/**
 * Takes the master IP off whatever interface of this host it is on, without noded, luxid or a hook: for a
 * master that is cut off and must not go on beside its successor. The prefix length is the one found on the
 * interface, since ssconf_master_netmask may have been changed without reconfiguring it.
 * Nothing is done for an address that ssconf also gives to a node.
 */
export async function deactivateMasterIp(env: Env, dataDir: string, budgetMs = 5000): Promise<DaemonResult> {
  const ip = oneLine(env, `${dataDir}/ssconf_master_ip`);
  if (ip === undefined) {
    return { kind: 'failed', message: `the master IP is unknown: ${dataDir}/ssconf_master_ip is unreadable` };
  }
  if (!env.host.addresses().includes(ip)) return { kind: 'done', how: '' };
  if (isNodeAddress(env, dataDir, ip)) {
    return { kind: 'failed', message: `the master IP ${ip} is a node's own address; it was left in place` };
  }
  const shown = await env.run({
    program: 'ip',
    args: ['-json', 'address', 'show', 'to', ip],
    timeoutMs: budgetMs / 2,
  });
  const places = shown.kind === 'exited' ? placesOf(shown.stdout, ip) : [];
  for (const { device, prefix } of places) {
    await env.run({
      program: 'ip',
      args: ['address', 'del', `${ip}/${prefix}`, 'dev', device],
      timeoutMs: budgetMs / 2,
    });
  }
  if (env.host.addresses().includes(ip)) {
    return { kind: 'failed', message: `the master IP ${ip} could not be taken off this host` };
  }
  return { kind: 'done', how: `removed the master IP ${ip}` };
}

/**
 * Puts the master IP back where it belongs, by Ganeti's own job (its script checks that nobody else has the
 * address, and its hooks run). Needs a working luxid; a luxid that starts does the same by itself.
 */
export async function activateMasterIp(env: Env, dataDir: string, budgetMs = 15_000): Promise<DaemonResult> {
  const ip = oneLine(env, `${dataDir}/ssconf_master_ip`);
  if (ip === undefined) {
    return { kind: 'failed', message: `the master IP is unknown: ${dataDir}/ssconf_master_ip is unreadable` };
  }
  if (env.host.addresses().includes(ip)) return { kind: 'done', how: '' };
  const outcome = await env.run({
    program: 'gnt-cluster',
    args: ['activate-master-ip'],
    timeoutMs: budgetMs,
  });
  if (env.host.addresses().includes(ip)) return { kind: 'done', how: `activated the master IP ${ip}` };
  const said = outcome.kind === 'exited' ? outcome.stderr.trim().split('\n').join('; ') : outcome.kind;
  return { kind: 'failed', message: `gnt-cluster activate-master-ip did not bring up ${ip}: ${said}` };
}

/** Waits for the master IP to come up on this host, as it does some seconds after luxid started. */
export async function awaitMasterIp(env: Env, dataDir: string, timeoutMs: number): Promise<DaemonResult> {
  const end = env.clock.monotonic() + timeoutMs;
  const ip = oneLine(env, `${dataDir}/ssconf_master_ip`);
  while (ip !== undefined && env.clock.monotonic() < end) {
    if (env.host.addresses().includes(ip)) return { kind: 'done', how: '' };
    await env.clock.sleep(POLL_MS);
  }
  return { kind: 'failed', message: `the master IP ${ip ?? ''} did not come up within ${timeoutMs} ms` };
}

interface Place {
  readonly device: string;
  readonly prefix: number;
}

/** Reads `ip -json address show`. */
function placesOf(text: string, ip: string): readonly Place[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return [];
  }
  return recordsOf(parsed).flatMap((link) => {
    const device = link.ifname;
    if (typeof device !== 'string') return [];
    return recordsOf(link.addr_info).flatMap(({ local, prefixlen }) =>
      local === ip && typeof prefixlen === 'number' ? [{ device, prefix: prefixlen }] : [],
    );
  });
}

function recordsOf(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: unknown) => (typeof item === 'object' && item !== null ? { ...item } : {}));
}

function isNodeAddress(env: Env, dataDir: string, ip: string): boolean {
  return ['node_primary_ips', 'node_secondary_ips'].some((key) => {
    const file = env.files.read(`${dataDir}/ssconf_${key}`);
    return file.kind === 'text' && file.text.split('\n').some((line) => line.split(' ')[1] === ip);
  });
}

function oneLine(env: Env, path: string): string | undefined {
  const file = env.files.read(path);
  const text = file.kind === 'text' ? file.text.trim() : '';
  return text === '' || /\s/.test(text) ? undefined : text;
}
