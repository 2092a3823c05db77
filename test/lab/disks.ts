// What is on the disks of a lab's instances: marks at their beginning stand for the data.
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './cluster.ts';
import { masterOf } from './instances.ts';
import { domain } from './network.ts';

const FILES = '/srv/ganeti/file-storage';
const SHARED_FILES = '/srv/ganeti/shared-file-storage';
const VOLUMES = '/dev/xenvg';

/** The part of Ganeti's config.data that is looked at. */
interface Configuration {
  readonly instances: Readonly<Record<string, { readonly name: string; readonly disks: readonly string[] }>>;
  readonly disks: Readonly<Record<string, ConfiguredDisk>>;
}

interface ConfiguredDisk {
  readonly dev_type: string;
  readonly logical_id: readonly unknown[];
  readonly children: readonly ConfiguredDisk[];
}

/** Writes a mark to the beginning of the instance's first disk, as the instance itself would its data. */
export async function writeToDisk(lab: Lab, host: string, name: string, mark: string): Promise<void> {
  const path = await diskPath(lab, name);
  await lab.exec(host, ['dd', `of=${path}`, 'conv=notrunc,nocreat', 'status=none'], { input: mark });
}

/** The mark on the instance's first disk as that host has it: '' on a blank one, undefined where it has none. */
export async function readFromDisk(lab: Lab, host: string, name: string): Promise<string | undefined> {
  const file = outside(lab, host, await diskPath(lab, name));
  return existsSync(file) ? markIn(file) : undefined;
}

/** All marks on a host's own disks, whoever they belong to by now; also of a host that is off. */
export function marksOn(lab: Lab, host: string): readonly string[] {
  const folders = [FILES, VOLUMES].map((folder) => outside(lab, host, folder));
  const files = folders.filter(existsSync).flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !entry.name.endsWith('_meta'))
      .map((entry) => join(entry.parentPath, entry.name)),
  );
  return files.map(markIn).filter((mark) => mark !== '');
}

/** In the host, by Ganeti's configuration. */
async function diskPath(lab: Lab, name: string): Promise<string> {
  const { stdout } = await lab.exec(await masterOf(lab), ['cat', '/var/lib/ganeti/config.data']);
  const { instances, disks } = JSON.parse(stdout) as Configuration;
  const instance = Object.values(instances).find((one) => one.name === `${name}.${domain}`);
  const disk = disks[instance?.disks[0] ?? ''];
  if (disk === undefined) throw new Error(`${name} has no disk`);
  // Of a DRBD disk: its data, the other child is the meta device.
  const { dev_type, logical_id } = disk.children[0] ?? disk;
  return dev_type === 'plain' ? join('/dev', ...logical_id.map(String)) : String(logical_id[1]);
}

/** The same file as the lab's own folder has it, so that it can be read while the host is off. */
function outside(lab: Lab, host: string, path: string): string {
  const { shared, disks } = lab.paths;
  if (path.startsWith(VOLUMES)) return path.replace('/dev', join(shared, 'pool/lvm', host));
  if (path.startsWith(SHARED_FILES)) return path.replace(SHARED_FILES, join(shared, 'storage'));
  return join(disks, host, 'upper', path);
}

/** More than any mark has. */
const MARK_BYTES = 200;

function markIn(file: string): string {
  const disk = openSync(file, 'r');
  const start = Buffer.alloc(MARK_BYTES);
  readSync(disk, start);
  closeSync(disk);
  return start.toString('latin1').split('\0')[0] ?? '';
}
