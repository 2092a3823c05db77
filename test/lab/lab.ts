// Bringing a lab up and down: the entrance for drills, the demo and the command line.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Lab } from './cluster.ts';
import { formGaneti, waitForGaneti, waitForMembers } from './form.ts';
import { findHolder, startHolder, stopHolder } from './holder/client.ts';
import type { LabConfig } from './holder/messages.ts';
import { agentsLayer, builtPackage, type Layer, packageLayer } from './layer/build.ts';
import { withLock } from './lock.ts';
import { hostNames, mostHosts } from './network.ts';
import { type LabPaths, labPaths } from './paths.ts';
import { provisionHosts } from './provision.ts';
import { snapshotLayers } from './snapshot.ts';

export { type ExecOptions, type GanetiJob, type GanetiNode, Lab } from './cluster.ts';
export { CommandFailed, type CommandResult } from './command.ts';
export { NotYet, WaitTimeout, waitFor } from './wait.ts';

export interface UpOptions {
  /** How many hosts, 1 to 9. */
  readonly hosts: number;
  /** The lab's own folder (default LAB_DIR or .lab in the project); another folder is another lab. */
  readonly dir?: string;
  /** Install our package: default true; it must have been built. */
  readonly agents?: boolean;
  /** Form the clusters now instead of starting from the cached snapshot. */
  readonly fresh?: boolean;
  /** Start corosync, Pacemaker and Ganeti (default); false: bare hosts. */
  readonly services?: boolean;
  /** The lab ends with this process, however that ends. */
  readonly tied?: boolean;
  /** Told about each step. */
  readonly say?: (line: string) => void;
}

/** Opens a lab that is up, or may be brought up later; does nothing itself. */
export function labAt(dir?: string): Lab {
  return new Lab(labPaths(dir));
}

/** Brings a lab up, or boots what is off in one that is up, and returns it with both clusters formed. */
export async function openLab(options: UpOptions): Promise<Lab> {
  if (process.getuid?.() !== 0) throw new Error('the lab makes namespaces and mounts: run it as root');
  if (!Number.isInteger(options.hosts) || options.hosts < 1 || options.hosts > mostHosts) {
    throw new Error(`a lab has 1 to ${mostHosts} hosts`);
  }
  const paths = labPaths(options.dir);
  return await withLock(join(paths.dir, 'lock'), () => bringUp(paths, options));
}

/** Ends the lab: every process, mount and network device, and the disks unless `keep`. */
export async function closeLab(lab: Lab, options: { readonly keep?: boolean } = {}): Promise<void> {
  await withLock(join(lab.paths.dir, 'lock'), async () => {
    await stopHolder(lab.paths);
    if (options.keep) return;
    for (const folder of [lab.paths.disks, lab.paths.shared, lab.paths.run]) {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

async function bringUp(paths: LabPaths, options: UpOptions): Promise<Lab> {
  const { services = true, tied = false, say = () => undefined } = options;
  const started = performance.now();
  const tell = (line: string) =>
    say(`${((performance.now() - started) / 1000).toFixed(1).padStart(6)} s  ${line}`);
  const lab = new Lab(paths);
  const hosts = hostNames(options.hosts);
  if (findHolder(paths) !== undefined) {
    if (lab.hosts.length !== hosts.length) {
      throw new Error(`the lab in ${paths.dir} has ${lab.hosts.length} hosts: \`down\` first`);
    }
  } else {
    await prepare(paths, hosts, options, tell);
    tell('holder starts');
    await startHolder(paths, { lower: (await packageLayer()).lower, tied });
  }
  await Promise.all(hosts.map((host) => lab.boot(host)));
  tell('hosts are on');
  if (!services) return lab;
  await waitForMembers(lab);
  tell('Pacemaker has all members and quorum');
  if ((await lab.exec('h1', ['test', '-e', '/var/lib/ganeti/config.data'], { check: false })).code !== 0) {
    await formGaneti(lab);
    tell('Ganeti cluster formed');
  }
  await waitForGaneti(lab);
  tell('Ganeti works on all hosts');
  return lab;
}

async function prepare(
  paths: LabPaths,
  hosts: readonly string[],
  options: UpOptions,
  tell: (line: string) => void,
): Promise<void> {
  const base = await packageLayer();
  tell('package layer ready');
  const top = options.agents === false ? undefined : await agents(base);
  if (top !== undefined) tell('agents layer ready');
  mkdirSync(paths.run, { recursive: true });
  const file = join(paths.run, 'config.json');
  // Disks kept by `down --keep` go on above the layers they were made on.
  const kept = existsSync(file) && existsSync(paths.disks);
  const below = kept
    ? (JSON.parse(readFileSync(file, 'utf8')) as KeptConfig).below
    : await layersBelow(base, hosts, options, tell);
  const layers = Object.fromEntries(
    hosts.map((host) => [host, [...(top?.lower ?? []), ...(below[host] ?? base.lower)]]),
  );
  const config: KeptConfig = { hosts, layers, below, services: options.services ?? true };
  writeFileSync(file, JSON.stringify(config, null, 2));
  await provisionHosts(paths, hosts, base.lower);
}

interface KeptConfig extends LabConfig {
  /** Per host: the layers below our own package's. */
  readonly below: LabConfig['layers'];
}

async function layersBelow(
  base: Layer,
  hosts: readonly string[],
  options: UpOptions,
  tell: (line: string) => void,
): Promise<LabConfig['layers']> {
  if (options.fresh || options.services === false)
    return Object.fromEntries(hosts.map((host) => [host, base.lower]));
  const layers = await snapshotLayers(base, hosts, options.say);
  tell('snapshot ready');
  return layers;
}

async function agents(base: Layer): Promise<Layer> {
  const deb = builtPackage();
  if (deb === undefined)
    throw new Error('no build/ganeti-ha_*_amd64.deb: `npm run package` first, or up with --no-agents');
  return await agentsLayer(base, deb);
}
