// Instances of the fake hypervisor in a lab: made on a host, where they run, and what is on their disks.
import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { Lab } from './cluster.ts';
import { domain, fullName } from './network.ts';
import { firstEvent, readTimeline } from './timeline.ts';

export type LabTemplate = 'diskless' | 'file' | 'sharedfile';

export interface NewInstance {
  /** Without the domain. */
  readonly name: string;
  readonly template: LabTemplate;
  readonly host: string;
  /** Running, the default; false: ADMIN_down. */
  readonly up?: boolean;
  /** MiB, default 128; a host has the machine's own free memory less that of its instances. */
  readonly memory?: number;
  readonly tags?: readonly string[];
}

/** What Ganeti's configuration has of an instance; names of instances and hosts without the domain. */
export interface LabInstance {
  readonly name: string;
  readonly host: string;
  /** What the administrator wants: up, down or offline. */
  readonly admin: string;
  readonly tags: readonly string[];
}

/** Makes instances, all at once; each takes a second or two. The master must answer. */
export async function addInstances(lab: Lab, wanted: readonly NewInstance[]): Promise<void> {
  const master = await masterOf(lab);
  const file = '/root/instances.json';
  await lab.exec(master, ['tee', file], { input: JSON.stringify(wanted.map(created)) });
  await lab.exec(master, ['gnt-instance', 'batch-create', file], {
    timeoutMs: 20_000 + wanted.length * 8_000,
  });
}

function created({ name, template, host, up = true, memory = 128, tags = [] }: NewInstance): object {
  return {
    mode: 'create',
    instance_name: `${name}.${domain}`,
    disk_template: template,
    // The least the default policy allows.
    disks: template === 'diskless' ? [] : [{ size: 1024 }],
    ...(template === 'diskless' ? {} : { file_driver: 'loop' }),
    nics: [{}],
    pnode: fullName(host),
    os_type: 'noop+default',
    beparams: { maxmem: memory, minmem: memory, vcpus: 1 },
    hypervisor: 'fake',
    start: up,
    name_check: false,
    ip_check: false,
    conflicts_check: false,
    tags,
  };
}

/** Removes them with their disks; those on nodes that are offline, too. */
export async function removeInstances(lab: Lab, names: readonly string[]): Promise<void> {
  const master = await masterOf(lab);
  for (const name of names) {
    const remove = ['gnt-instance', 'remove', '--force', '--ignore-failures', '--shutdown-timeout=0'];
    await lab.exec(master, [...remove, `${name}.${domain}`], { timeoutMs: 60_000 });
  }
}

/** All instances by name, from static fields alone: nodes may be silent. */
export async function instances(lab: Lab, host?: string): Promise<ReadonlyMap<string, LabInstance>> {
  const fields = ['-o', 'name,pnode,admin_state,tags', '--no-headers', '--separator=|'];
  const { stdout } = await lab.exec(host ?? (await masterOf(lab)), ['gnt-instance', 'list', ...fields]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', pnode = '', admin = '', tags = ''] = line.split('|');
      const short = name.replace(`.${domain}`, '');
      return [
        short,
        { name: short, host: pnode.replace(`.${domain}`, ''), admin, tags: tags.split(',').filter(Boolean) },
      ];
    }),
  );
}

/** Hosts that are on and where the hypervisor itself runs the instance; whatever Ganeti believes. */
export function runsOn(lab: Lab, name: string): readonly string[] {
  const events = readTimeline(lab);
  return lab.hosts.filter((host) => {
    // A host that lost its power runs nothing; after the next boot its watcher begins anew.
    const last = events.findLast(
      (event) => event.host === host && ['instances', 'power-off', 'boot'].includes(event.event),
    );
    return last?.event === 'instances' && (last.value ?? '').split(' ').includes(`${name}.${domain}`);
  });
}

/** When a host other than `old` first ran the instance after `since` (seconds); undefined while none does. */
export function movedAt(
  lab: Lab,
  name: string,
  old: string,
  since: number,
): { readonly at: number; readonly host: string } | undefined {
  const event = firstEvent(
    readTimeline(lab),
    since,
    ({ host, event, value }) =>
      host !== old && event === 'instances' && (value ?? '').split(' ').includes(`${name}.${domain}`),
  );
  return event === undefined ? undefined : { at: event.t, host: event.host };
}

/** Writes a mark to the beginning of the instance's first disk, as the instance itself would its data. */
export async function writeToDisk(lab: Lab, host: string, name: string, mark: string): Promise<void> {
  const script = 'dd of="$(ls /srv/ganeti/*file-storage/"$0"/*disk0)" conv=notrunc status=none';
  await lab.exec(host, ['bash', '-c', script, `${name}.${domain}`], { input: mark });
}

const MARK_BYTES = 200;

/** What is at the beginning of the disk on that host: '' for a blank one, undefined where there is none. */
export function readFromDisk(
  lab: Lab,
  template: LabTemplate,
  host: string,
  name: string,
): string | undefined {
  const file = diskFile(lab, template, host, name);
  if (file === undefined) return undefined;
  const disk = openSync(file, 'r');
  const start = Buffer.alloc(MARK_BYTES);
  readSync(disk, start);
  closeSync(disk);
  return start.toString('latin1').split('\0')[0];
}

/** Outside of the hosts: a local disk can be read also while its host is off. */
function diskFile(lab: Lab, template: LabTemplate, host: string, name: string): string | undefined {
  const folder =
    template === 'sharedfile'
      ? join(lab.paths.shared, 'storage', `${name}.${domain}`)
      : join(lab.paths.disks, host, 'upper/srv/ganeti/file-storage', `${name}.${domain}`);
  const disk = existsSync(folder) ? readdirSync(folder).find((file) => file.endsWith('disk0')) : undefined;
  return disk === undefined ? undefined : join(folder, disk);
}

async function masterOf(lab: Lab): Promise<string> {
  const master = await lab.ganetiMaster();
  if (master === undefined) throw new Error('no Ganeti master answers: nothing was done to instances');
  return master;
}
