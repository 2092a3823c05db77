// A running lab: its hosts' power and network, commands in them, and what its clusters say.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandFailed, type CommandResult, plainEnvironment, runCommand } from './command.ts';
import { askHolder, hostInit } from './holder/client.ts';
import type { BmcState, HolderStatus, LabConfig } from './holder/messages.ts';
import { shortName } from './network.ts';
import type { LabPaths } from './paths.ts';
import { type NotYet, WaitTimeout, waitFor } from './wait.ts';

export interface ExecOptions {
  /** Default 30 s; the command and its process group are killed then. */
  readonly timeoutMs?: number;
  /** Throw CommandFailed for any exit code but 0 (the default). */
  readonly check?: boolean;
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** Ganeti's view of one node; only fields that need no answer from the node. */
export interface GanetiNode {
  readonly name: string;
  /** master, candidate, regular, drained, offline */
  readonly role: string;
}

/** One job of Ganeti's queue; times in seconds since the epoch, undefined while it has not come so far. */
export interface GanetiJob {
  readonly id: string;
  readonly status: string;
  /** As `gnt-job list` names its opcodes: "NODE_SET_PARAMS(h3.lab.test)". */
  readonly summary: string;
  readonly received: number | undefined;
  readonly started: number | undefined;
  readonly ended: number | undefined;
}

export class Lab {
  readonly paths: LabPaths;

  constructor(paths: LabPaths) {
    this.paths = paths;
  }

  /** h1, h2, ... as `up` made them; empty without a lab. */
  get hosts(): readonly string[] {
    const file = join(this.paths.run, 'config.json');
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as LabConfig).hosts : [];
  }

  async status(): Promise<HolderStatus> {
    return (await askHolder(this.paths, { op: 'status' })).status;
  }

  async isOn(host: string): Promise<boolean> {
    return (await this.status()).hosts[host]?.on ?? false;
  }

  async hostsOn(): Promise<readonly string[]> {
    const { hosts } = await this.status();
    return this.hosts.filter((host) => hosts[host]?.on);
  }

  /** Power cut. False if the host was off. */
  async kill(host: string): Promise<boolean> {
    return (await askHolder(this.paths, { op: 'kill', host })).changed;
  }

  /** Power on with the disk the host had. Returns at once; services come up on their own. */
  async boot(host: string): Promise<boolean> {
    return (await askHolder(this.paths, { op: 'boot', host })).changed;
  }

  /** The orderly way: Pacemaker, corosync and Ganeti stop, then the power goes. */
  async shutdown(host: string): Promise<boolean> {
    if (!(await this.isOn(host))) return false;
    await this.exec(host, 'svc stop cluster; svc stop ganeti; sync', { check: false, timeoutMs: 90_000 });
    return await this.kill(host);
  }

  /** The network port goes silent; with `carrier` the host sees its link go down. */
  async cut(host: string, options: { readonly carrier?: boolean } = {}): Promise<boolean> {
    return (await askHolder(this.paths, { op: 'cut', host, carrier: options.carrier ?? false })).changed;
  }

  async heal(host: string): Promise<boolean> {
    return (await askHolder(this.paths, { op: 'heal', host })).changed;
  }

  /** A hung host: every process but its init stopped, or continued. */
  async freeze(host: string): Promise<void> {
    await this.exec(host, 'kill -STOP -1', { check: false, timeoutMs: 5_000 });
  }

  async thaw(host: string): Promise<void> {
    await this.exec(host, 'kill -CONT -1', { check: false, timeoutMs: 5_000 });
  }

  async bmc(settings: Partial<BmcState>): Promise<void> {
    await askHolder(this.paths, { op: 'bmc', ...settings });
  }

  /** The command line that runs `argv` in a host that is on, in all its namespaces. Throws if it is off. */
  async enterCommand(host: string, argv: readonly string[]): Promise<readonly string[]> {
    const init = await hostInit(this.paths, host);
    if (init === undefined) throw new Error(`${host} is off: nothing was run there`);
    return ['nsenter', '-t', String(init), '-m', '-u', '-i', '-n', '-p', '--', ...argv];
  }

  /** Runs a command in a host; a string is a bash script. Killed after the time limit, also inside the host. */
  async exec(
    host: string,
    command: string | readonly string[],
    options: ExecOptions = {},
  ): Promise<CommandResult> {
    const { timeoutMs = 30_000, check = true, input, env = {} } = options;
    const argv = typeof command === 'string' ? ['bash', '-c', command] : command;
    const limit = ['timeout', '-k', '1', (timeoutMs / 1000).toFixed(3)];
    const full = await this.enterCommand(host, [...limit, ...argv]);
    const result = await runCommand(full, {
      timeoutMs: timeoutMs + 5_000,
      check: false,
      env: { ...plainEnvironment, ...env },
      ...(input === undefined ? {} : { input }),
    });
    // timeout(1): 124 after its SIGTERM, 137 after its SIGKILL
    const late = result.durationMs >= timeoutMs && [124, 137].includes(result.code);
    const final: CommandResult = { ...result, timedOut: result.timedOut || late };
    if (check && (final.code !== 0 || final.timedOut)) throw new CommandFailed([`${host}:`, ...argv], final);
    return final;
  }

  /** As the function of that name; additionally saves evidence (see collect) before it throws WaitTimeout. */
  async waitFor<T>(
    what: string,
    question: () => Promise<T | NotYet | false | undefined> | T | NotYet | false | undefined,
    timeoutMs: number,
    intervalMs?: number,
  ): Promise<T> {
    try {
      return await waitFor(what, question, timeoutMs, intervalMs);
    } catch (error) {
      if (error instanceof WaitTimeout) {
        const { collectEvidence } = await import('./evidence.ts');
        const folder = await collectEvidence(this, what);
        error.message += `; evidence in ${folder}`;
      }
      throw error;
    }
  }

  /** Saves logs, ledgers and states of all hosts; returns the folder. */
  async collect(label: string): Promise<string> {
    const { collectEvidence } = await import('./evidence.ts');
    return await collectEvidence(this, label);
  }

  /** crm_mon's XML as seen by `host` (default: the first host that is on and connected). */
  async crmMon(host?: string): Promise<string> {
    const at = host ?? (await this.witness());
    return (await this.exec(at, ['crm_mon', '-1', '-r', '--output-as=xml'], { timeoutMs: 10_000 })).stdout;
  }

  /** Names of the nodes that are online for Pacemaker, sorted. */
  async membersOnline(host?: string): Promise<readonly string[]> {
    const nodes = (await this.crmMon(host)).matchAll(/<node name="([^"]+)" id="[^"]*" online="true"/g);
    return [...nodes].flatMap(([, name]) => name ?? []).sort();
  }

  /** The host that believes itself Ganeti's master and whose luxid answers; undefined if none or several. */
  async ganetiMaster(): Promise<string | undefined> {
    const hosts = await this.hostsOn();
    // Without a luxid the command would take 15 s and more to say so.
    const ask =
      'test "$(cat /var/lib/ganeti/ssconf_master_node)" = "$(hostname --fqdn)" && pgrep -x ganeti-luxid >/dev/null && gnt-cluster info >/dev/null';
    const answers = await Promise.all(
      hosts.map((host) => this.exec(host, ask, { check: false, timeoutMs: 15_000 })),
    );
    const masters = hosts.filter((_, index) => answers[index]?.code === 0);
    return masters.length === 1 ? masters[0] : undefined;
  }

  /** Ganeti's nodes by short name, asked on `host` (default: the current master). */
  async gntNodeFlags(host?: string): Promise<ReadonlyMap<string, GanetiNode>> {
    const at = host ?? (await this.ganetiMaster());
    if (at === undefined) throw new Error('no Ganeti master answers');
    const list = ['gnt-node', 'list', '-o', 'name,role', '--no-headers', '--separator=|'];
    const { stdout } = await this.exec(at, list);
    const nodes = new Map<string, GanetiNode>();
    for (const line of stdout.trim().split('\n')) {
      const [name = '', letter = ''] = line.split('|');
      nodes.set(shortName(name), { name, role: roles[letter] ?? letter });
    }
    return nodes;
  }

  /** Ganeti's job queue as `host` (default: the current master) has it, the oldest first. */
  async gntJobs(host?: string): Promise<readonly GanetiJob[]> {
    const at = host ?? (await this.ganetiMaster());
    if (at === undefined) throw new Error('no Ganeti master answers');
    const fields = 'id,status,summary,received_ts,start_ts,end_ts';
    const { stdout } = await this.exec(at, [
      'gnt-job',
      'list',
      '-o',
      fields,
      '--no-headers',
      '--separator=|',
    ]);
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [id = '', status = '', summary = '', received, started, ended] = line.split('|');
        return {
          id,
          status,
          summary,
          received: seconds(received),
          started: seconds(started),
          ended: seconds(ended),
        };
      });
  }

  /** The first host that is on and on the network: the one to ask. */
  async witness(): Promise<string> {
    const { hosts } = await this.status();
    const host = this.hosts.find((name) => hosts[name]?.on && hosts[name].link === 'up');
    if (host === undefined) throw new Error('no host is on and connected');
    return host;
  }
}

// gnt-node list's role letters (lib/constants.py NR_*)
const roles: Readonly<Record<string, string>> = {
  M: 'master',
  C: 'candidate',
  R: 'regular',
  D: 'drained',
  O: 'offline',
};

/** gnt-job prints times as "[1795228184, 248237]": seconds and microseconds; "-" or "None" for none. */
function seconds(text: string | undefined): number | undefined {
  const [, whole, micro] = /^\[(\d+), (\d+)\]$/.exec(text ?? '') ?? [];
  return whole === undefined ? undefined : Number(whole) + Number(micro) / 1e6;
}
