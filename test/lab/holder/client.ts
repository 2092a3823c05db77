// The holder seen from outside: starting it, asking it, ending it.
import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { plainEnvironment } from '../command.ts';
import { type LabPaths, labSourceDir, mountPoint, overlayPath, prepareCache } from '../paths.ts';
import type { HolderAnswer, HolderRequest, HolderStatus } from './messages.ts';
import { childrenOf, isAlive, nestedPids, type ProcessId, startedAt } from './processes.ts';

export interface StartOptions {
  /** Layers with the tools of the switch (iproute2), the topmost first. */
  readonly lower: readonly string[];
  /** The lab ends with this process, however that ends (for drills); otherwise it stays until `down`. */
  readonly tied: boolean;
}

/** Starts the holder unless it runs. Throws with its log's path if it does not answer within 20 s. */
export async function startHolder(paths: LabPaths, options: StartOptions): Promise<void> {
  if (findHolder(paths) !== undefined) return;
  prepareCache();
  mkdirSync(paths.bmc, { recursive: true });
  rmSync(join(paths.run, 'control.sock'), { force: true });
  const log = openSync(join(paths.run, 'holder.log'), 'a');
  const command = [
    'unshare',
    '--mount',
    '--pid',
    '--net',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--',
    'bash',
  ];
  if (options.tied) command.unshift('setpriv', '--pdeathsig', 'KILL');
  command.push(join(labSourceDir, 'holder', 'start.sh'), process.execPath);
  command.push(join(labSourceDir, 'holder', 'main.ts'), paths.dir);
  const [program = '', ...args] = command;
  const child = spawn(program, args, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: {
      ...plainEnvironment,
      LAB_MOUNT: overlayPath(mountPoint),
      LAB_LAYERS: options.lower.map(overlayPath).join(':'),
    },
  });
  closeSync(log);
  child.unref();
  // Before anything can fail: `down` finds what it has to end.
  const id: ProcessId = { pid: child.pid ?? 0, started: startedAt(child.pid ?? 0) ?? '' };
  writeFileSync(pidFile(paths), JSON.stringify(id));
  const deadline = Date.now() + 20_000;
  while (isAlive(id) && Date.now() < deadline) {
    if (await answers(paths)) return;
    await sleep(20);
  }
  await stopHolder(paths);
  const said = readFileSync(join(paths.run, 'holder.log'), 'utf8').slice(-2000);
  throw new Error(`the lab's holder did not start; ${paths.run}/holder.log ends:\n${said}`);
}

/** The holder's outermost process, or undefined if none runs. A recycled pid is not mistaken for it. */
export function findHolder(paths: LabPaths): ProcessId | undefined {
  try {
    const id = JSON.parse(readFileSync(pidFile(paths), 'utf8')) as ProcessId;
    return isAlive(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Ends the holder and with it every host, mount and network device; returns once all are gone. */
export async function stopHolder(paths: LabPaths): Promise<void> {
  const outer = findHolder(paths);
  if (outer !== undefined) {
    const inner = childrenOf(outer.pid).map((pid) => ({ pid, started: startedAt(pid) ?? '' }));
    process.kill(outer.pid, 'SIGKILL');
    // --kill-child needs unshare to have got as far as forking; its init is killed directly as well.
    for (const id of inner) if (isAlive(id)) process.kill(id.pid, 'SIGKILL');
    const deadline = Date.now() + 20_000;
    while ([outer, ...inner].some(isAlive)) {
      if (Date.now() > deadline)
        throw new Error(`the lab's holder (pid ${outer.pid}) does not end after SIGKILL`);
      await sleep(10);
    }
  }
  rmSync(pidFile(paths), { force: true });
}

/** Asks the holder; throws if there is none or it refuses. */
export async function askHolder(
  paths: LabPaths,
  request: HolderRequest,
): Promise<{ readonly changed: boolean; readonly status: HolderStatus }> {
  if (findHolder(paths) === undefined)
    throw new Error(`no lab is up in ${paths.dir}: \`npm run lab -- up 3\` first`);
  const answer = await exchange(paths, request);
  if (!answer.ok) throw new Error(`${request.op}: ${answer.error}`);
  return answer;
}

/** The pid of a host's init as this process sees it, or undefined while the host is off. */
export async function hostInit(paths: LabPaths, host: string): Promise<number | undefined> {
  const { status } = await askHolder(paths, { op: 'status' });
  const state = status.hosts[host];
  if (state === undefined)
    throw new Error(`no host ${host} in this lab (it has ${Object.keys(status.hosts).join(' ')})`);
  const outer = findHolder(paths);
  if (!state.on || outer === undefined) return undefined;
  // holder's unshare -> holder -> a host's unshare -> the host's init, known by its number in the holder's namespace
  const inits = childrenOf(outer.pid).flatMap(childrenOf).flatMap(childrenOf);
  return inits.find((pid) => nestedPids(pid).at(-2) === state.pid);
}

async function answers(paths: LabPaths): Promise<boolean> {
  return await exchange(paths, { op: 'status' }).then(
    () => true,
    () => false,
  );
}

function exchange(paths: LabPaths, request: HolderRequest): Promise<HolderAnswer> {
  // A unix socket's path has 107 bytes: the folder is named by a file descriptor instead.
  const folder = openSync(paths.run, 'r');
  return new Promise<HolderAnswer>((resolve, reject) => {
    const socket = connect(`/proc/self/fd/${folder}/control.sock`);
    let text = '';
    socket
      .setEncoding('utf8')
      .setTimeout(120_000, () => socket.destroy(new Error('the holder gave no answer in 120 s')));
    socket.on('data', (chunk: string) => {
      text += chunk;
    });
    socket.once('error', reject);
    socket.once('connect', () => socket.write(`${JSON.stringify(request)}\n`));
    socket.once('close', () => {
      try {
        resolve(JSON.parse(text) as HolderAnswer);
      } catch {
        reject(new Error(`the holder ended while asked for ${request.op}`));
      }
    });
  }).finally(() => closeSync(folder));
}

function pidFile(paths: LabPaths): string {
  return join(paths.run, 'holder.json');
}
