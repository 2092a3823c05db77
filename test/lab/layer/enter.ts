// A command inside an overlay on the machine's own root file system, in namespaces of its own.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type CommandResult, plainEnvironment, runCommand } from '../command.ts';
import { labSourceDir, mountPoint, overlayPath, prepareCache } from '../paths.ts';

export interface Bind {
  readonly source: string;
  readonly target: string;
  readonly readOnly?: boolean;
}

export interface EnterOptions {
  /** Directories with layers above the machine's `/`, the topmost first. */
  readonly lower: readonly string[];
  /** A directory that keeps what is written (`upper` and `work` are made in it); none: a throw-away in memory. */
  readonly keep?: string;
  readonly binds?: readonly Bind[];
  readonly env?: Readonly<Record<string, string>>;
  readonly user?: string;
  readonly cwd?: string;
  /** The machine's network instead of an empty one. */
  readonly network?: boolean;
  readonly timeoutMs?: number;
  readonly check?: boolean;
  readonly input?: string;
  readonly show?: boolean;
}

/** Runs `argv` as pid 1's child of a fresh pid, mount, uts and ipc namespace; nothing of it outlives the call. */
export function enterOverlay(argv: readonly string[], options: EnterOptions): Promise<CommandResult> {
  prepareCache();
  const { lower, keep, binds = [], network = false } = options;
  if (keep !== undefined)
    for (const part of ['upper', 'work']) mkdirSync(join(keep, part), { recursive: true });
  const env = {
    ...plainEnvironment,
    ...options.env,
    LAB_MOUNT: overlayPath(mountPoint),
    LAB_LAYERS: lower.map(overlayPath).join(':'),
    LAB_UPPER: keep === undefined ? '' : overlayPath(join(keep, 'upper')),
    LAB_WORK: keep === undefined ? '' : overlayPath(join(keep, 'work')),
    LAB_BINDS: binds
      .map((bind) => `${bind.source}\t${bind.target}${bind.readOnly === false ? '' : ':'}\n`)
      .join(''),
    LAB_USER: options.user ?? 'root',
    LAB_CWD: options.cwd ?? '/',
    LAB_NETWORK: network ? 'machine' : 'none',
  };
  // pdeathsig and kill-child: when this process dies, so does unshare, and with it the whole namespace.
  const command = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--uts', '--ipc'];
  if (!network) command.push('--net');
  command.push('--fork', '--kill-child', '--', 'bash', join(labSourceDir, 'layer', 'enter.sh'), ...argv);
  const { timeoutMs, check, input, show } = options;
  return runCommand(command, {
    env,
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(check === undefined ? {} : { check }),
    ...(input === undefined ? {} : { input }),
    ...(show === undefined ? {} : { show }),
  });
}
