// Power and network of the hosts, from inside the lab's namespaces.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment, runCommand } from '../command.ts';
import { hostAddress } from '../network.ts';
import { type LabPaths, labSourceDir, mountPoint, overlayPath, projectDir } from '../paths.ts';
import type { HolderStatus, HostState, LabConfig, Link } from './messages.ts';
import { childrenOf } from './processes.ts';

interface Running {
  readonly unshare: ChildProcess;
  readonly init: number;
  readonly ended: Promise<void>;
  /** Settles when the host can be entered; never for one that ended before. */
  readonly ready: Promise<void>;
}

/** The hosts of one lab. Actions on one host wait for each other; those on different hosts do not. */
export class Power {
  readonly #paths: LabPaths;
  readonly #running = new Map<string, Running>();
  readonly #links = new Map<string, Link>();
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(paths: LabPaths) {
    this.#paths = paths;
  }

  config(): LabConfig {
    return JSON.parse(readFileSync(join(this.#paths.run, 'config.json'), 'utf8')) as LabConfig;
  }

  hosts(): HolderStatus['hosts'] {
    return Object.fromEntries(this.config().hosts.map((host) => [host, this.#state(host)]));
  }

  isOn(host: string): boolean {
    return this.#running.has(host);
  }

  /** Returns false if the host was on. The host's services start on their own afterwards. */
  async boot(host: string): Promise<boolean> {
    return await this.#inTurn(host, async () => {
      if (this.isOn(host)) return false;
      const { layers, services } = this.config();
      for (const part of ['upper', 'work'])
        mkdirSync(join(this.#paths.disks, host, part), { recursive: true });
      mkdirSync(join(this.#paths.shared, host), { recursive: true });
      const running = await this.#spawnHost(host, {
        ...plainEnvironment,
        LAB_HOST: host,
        LAB_MOUNT: mountPoint,
        LAB_LAYERS: (layers[host] ?? []).map(overlayPath).join(':'),
        LAB_DISK: overlayPath(join(this.#paths.disks, host)),
        LAB_PROVISION: join(this.#paths.run, 'provision', host),
        LAB_SHARED: join(this.#paths.shared, host),
        LAB_BMC: this.#paths.bmc,
        LAB_HIDE: `${projectDir}\n${this.#paths.dir}`,
        LAB_ADDRESS: hostAddress(host),
        LAB_SERVICES: services ? 'yes' : 'no',
      });
      this.#running.set(host, running);
      await this.#plugIn(host, running.init);
      await Promise.race([running.ready, running.ended]);
      if (!this.isOn(host))
        throw new Error(`${host} ended while booting: see ${host}.console in ${this.#paths.run}`);
      this.note(host, 'boot');
      return true;
    });
  }

  /** The power cut: SIGKILL for the init of the host's pid namespace ends every process in it. */
  async kill(host: string): Promise<boolean> {
    return await this.#inTurn(host, async () => {
      const running = this.#running.get(host);
      if (running === undefined) return false;
      process.kill(running.init, 'SIGKILL');
      this.note(host, 'power-off');
      await running.ended;
      return true;
    });
  }

  /** The port leaves the bridge (silent loss), or with `carrier` the link goes down. */
  async cut(host: string, carrier: boolean): Promise<boolean> {
    const link: Link = carrier ? 'no-carrier' : 'cut';
    if (this.#links.get(host) === link || !this.isOn(host)) return false;
    await this.#port(host, carrier ? ['down'] : ['nomaster']);
    this.#links.set(host, link);
    this.note(host, 'network-cut');
    return true;
  }

  async heal(host: string): Promise<boolean> {
    if (this.#links.get(host) === 'up' || !this.isOn(host)) return false;
    await this.#port(host, ['master', 'br0', 'up']);
    this.#links.set(host, 'up');
    this.note(host, 'network-healed');
    return true;
  }

  /** Adds an event to the lab's own time line, in the format host/watch.py writes. */
  note(host: string, event: string, value = ''): void {
    const line = { t: Date.now() / 1000, host, by: 'lab', event, value };
    appendFileSync(join(this.#paths.run, 'timeline'), `${JSON.stringify(line)}\n`);
  }

  #state(host: string): HostState {
    const running = this.#running.get(host);
    return { on: running !== undefined, pid: running?.init ?? 0, link: this.#links.get(host) ?? 'cut' };
  }

  async #inTurn<T>(host: string, action: () => Promise<T>): Promise<T> {
    if (!this.config().hosts.includes(host)) throw new Error(`no host ${host} in this lab`);
    const turn = (this.#turns.get(host) ?? Promise.resolve()).then(action, action);
    this.#turns.set(
      host,
      turn.catch(() => undefined),
    );
    return await turn;
  }

  async #spawnHost(host: string, env: Record<string, string>): Promise<Running> {
    const console = openSync(join(this.#paths.run, `${host}.console`), 'a');
    const boot = join(labSourceDir, 'host', 'boot.sh');
    const namespaces = ['--mount', '--uts', '--ipc', '--net', '--pid', '--fork', '--kill-child'];
    const unshare = spawn('unshare', [...namespaces, '--', 'bash', boot], {
      cwd: '/',
      env,
      stdio: ['ignore', console, console, 'pipe'],
    });
    closeSync(console);
    // host/init.sh writes to it once the host's root and network are in place; it closes with the host.
    const ready = once(unshare.stdio[3] as Readable, 'data').then(() => undefined);
    ready.catch(() => undefined);
    const ended = new Promise<void>((resolve, reject) => {
      unshare.once('error', reject);
      unshare.once('exit', () => {
        // Also the way of a host that switched itself off. The veth pair goes with the host's network namespace,
        // but some time later, and the next boot needs the name.
        this.#ip(['link', 'del', `p-${host}`], false)
          .finally(() => {
            this.#running.delete(host);
            this.#links.delete(host);
          })
          .then(() => resolve(), reject);
      });
    });
    ended.catch(() => undefined);
    const deadline = Date.now() + 10_000;
    while (unshare.exitCode === null && Date.now() < deadline) {
      const init = unshare.pid === undefined ? undefined : childrenOf(unshare.pid)[0];
      if (init !== undefined) return { unshare, init, ended, ready };
      await sleep(5);
    }
    unshare.kill('SIGKILL');
    throw new Error(`${host} got no init: see ${host}.console in ${this.#paths.run}`);
  }

  async #plugIn(host: string, init: number): Promise<void> {
    const number = Number(host.slice(1)).toString(16).padStart(2, '0');
    const peer = [
      'type',
      'veth',
      'peer',
      'name',
      'eth0',
      'address',
      `02:00:00:00:00:${number}`,
      'netns',
      `${init}`,
    ];
    await this.#ip(['link', 'add', `p-${host}`, ...peer]);
    await this.#port(host, ['master', 'br0', 'up']);
    this.#links.set(host, 'up');
  }

  async #port(host: string, settings: readonly string[]): Promise<void> {
    await this.#ip(['link', 'set', `p-${host}`, ...settings]);
  }

  async #ip(args: readonly string[], check = true): Promise<void> {
    await runCommand(['chroot', join(mountPoint, 'tools'), 'ip', ...args], { check, timeoutMs: 10_000 });
  }
}

/** The switch: a bridge without uplink in the holder's own network namespace. */
export async function makeSwitch(): Promise<void> {
  const tools = join(mountPoint, 'tools');
  const bridge = ['type', 'bridge', 'stp_state', '0', 'forward_delay', '0', 'mcast_snooping', '0'];
  await runCommand(['chroot', tools, 'ip', 'link', 'set', 'lo', 'up']);
  await runCommand(['chroot', tools, 'ip', 'link', 'add', 'br0', ...bridge]);
  await runCommand(['chroot', tools, 'ip', 'link', 'set', 'br0', 'up']);
}
