// Instances of the fake hypervisor in a lab: made on a host, and as Ganeti's configuration has them.
import type { Lab } from './cluster.ts';
import { fullName, shortName } from './network.ts';

/** plain and drbd only after withBlockStorage. */
export type LabTemplate = 'diskless' | 'file' | 'sharedfile' | 'plain' | 'drbd';

export interface NewInstance {
  /** Without the domain. */
  readonly name: string;
  readonly template: LabTemplate;
  readonly host: string;
  /** The other host of a drbd instance. */
  readonly secondary?: string;
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
  readonly secondary: string | undefined;
  /** What the administrator wants: up, down or offline. */
  readonly admin: string;
  readonly tags: readonly string[];
}

/**
 * Stand-ins for LVM and DRBD on all hosts, from now on and after each boot (host/block-storage), and the templates
 * plain and drbd in Ganeti, which knows nothing of it: a volume is a file that survives power cuts.
 */
export async function withBlockStorage(lab: Lab): Promise<void> {
  const restart =
    'block-storage; for what in stop start; do /usr/lib/ganeti/daemon-util $what ganeti-noded; done';
  await Promise.all(lab.hosts.map((host) => lab.exec(host, restart)));
  const templates = 'file,sharedfile,diskless,plain,drbd';
  const enable = [`--enabled-disk-templates=${templates}`, `--ipolicy-disk-templates=${templates}`];
  enable.push('--vg-name=xenvg', '--drbd-usermode-helper=/bin/true');
  await lab.exec(await masterOf(lab), ['gnt-cluster', 'modify', ...enable], { timeoutMs: 60_000 });
}

/** Makes instances, all at once; each takes a second or two, drbd ten. The master must answer. */
export async function addInstances(lab: Lab, wanted: readonly NewInstance[]): Promise<void> {
  const master = await masterOf(lab);
  const file = '/root/instances.json';
  await lab.exec(master, ['tee', file], { input: JSON.stringify(wanted.map(created)) });
  await lab.exec(master, ['gnt-instance', 'batch-create', file], {
    timeoutMs: 20_000 + wanted.length * 8_000,
  });
}

function created(wanted: NewInstance): object {
  const { name, template, host, secondary, up = true, memory = 128, tags = [] } = wanted;
  return {
    mode: 'create',
    instance_name: fullName(name),
    disk_template: template,
    // The least the default policy allows.
    disks: template === 'diskless' ? [] : [{ size: 1024 }],
    ...(template === 'file' || template === 'sharedfile' ? { file_driver: 'loop' } : {}),
    nics: [{}],
    pnode: fullName(host),
    ...(secondary === undefined ? {} : { snode: fullName(secondary) }),
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
    await lab.exec(master, [...remove, fullName(name)], { timeoutMs: 60_000 });
  }
}

/** All instances by name, from static fields alone: nodes may be silent. */
export async function instances(lab: Lab, host?: string): Promise<ReadonlyMap<string, LabInstance>> {
  const fields = ['-o', 'name,pnode,snodes,admin_state,tags', '--no-headers', '--separator=|'];
  const { stdout } = await lab.exec(host ?? (await masterOf(lab)), ['gnt-instance', 'list', ...fields]);
  const lines = stdout.split('\n').filter((line) => line !== '');
  return new Map(
    lines.map((line) => {
      const [name = '', pnode = '', snode = '', admin = '', tags = ''] = line.split('|');
      const short = shortName(name);
      return [
        short,
        {
          name: short,
          host: shortName(pnode),
          secondary: snode === '' ? undefined : shortName(snode),
          admin,
          tags: tags.split(',').filter(Boolean),
        },
      ];
    }),
  );
}

export async function masterOf(lab: Lab): Promise<string> {
  const master = await lab.ganetiMaster();
  if (master === undefined) throw new Error('no Ganeti master answers: nothing was done to instances');
  return master;
}
