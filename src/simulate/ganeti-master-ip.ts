import { configOn } from './ganeti-distribute.ts';
import { DATA_DIR, type Errand, type Ganeti, type GanetiHost, works } from './ganeti-state.ts';

/** noded's script first looks for others with the address; 2 to 3 s in the lab. */
const LOOK_MS = 2_500;
const TAKE_DOWN_MS = 100;

export function masterIpOf(at: GanetiHost): string | undefined {
  const read = at.host.disk.read(`${DATA_DIR}/ssconf_master_ip`);
  const ip = (at.memory ?? configOn(at))?.cluster.master_ip ?? (read.kind === 'text' ? read.text.trim() : '');
  return ip === '' ? undefined : ip;
}

/** Whether somebody this host can reach has the address; itself included. */
export function holderOf(
  { world }: Ganeti,
  { host }: GanetiHost,
  ip: string,
): GanetiHost['host'] | undefined {
  return world.hosts.find((other) => world.connected(host, other) && other.addresses.has(ip));
}

/** Through this host's own noded; words where it failed. */
export async function bringUpMasterIp(ganeti: Ganeti, errand: Errand): Promise<string | undefined> {
  const { at } = errand;
  if (!works(at, 'ganeti-noded')) return 'noded does not answer';
  const ip = masterIpOf(at);
  if (ip === undefined || at.host.addresses.has(ip)) return undefined;
  await errand.sleep(LOOK_MS);
  if (at.host.addresses.has(ip)) return undefined;
  const holder = holderOf(ganeti, at, ip);
  if (holder !== undefined) {
    ganeti.world.log(at.host, `master IP not up: ${holder.name} has it`);
    return `${ip} is in use by another host`;
  }
  at.host.addresses.add(ip);
  ganeti.world.log(at.host, 'master IP up');
  return undefined;
}

export async function takeDownMasterIp(ganeti: Ganeti, errand: Errand): Promise<void> {
  const ip = masterIpOf(errand.at);
  await errand.sleep(TAKE_DOWN_MS);
  if (ip !== undefined) dropAddress(ganeti, errand.at, ip);
}

export function dropAddress({ world }: Ganeti, { host }: GanetiHost, ip: string): void {
  if (host.addresses.delete(ip)) world.log(host, 'master IP down');
}
