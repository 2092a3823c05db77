// Runs beside the real systemd, on its own files and processes, and prints what it saw as JSON.
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { WriteResult } from '../../../src/env/env.ts';
import { realEnv } from '../../../src/env/real.ts';
import type { DaemonResult } from '../../../src/ganeti/daemons.ts';
import { startMasterDaemons, stopStrayMasterDaemons } from '../../../src/ganeti/master-daemons.ts';
import { DEFAULTS, skipVote } from '../../../src/ganeti/no-voting.ts';
import { voteAgain } from '../../../src/ganeti/no-voting-marker.ts';
import { REFUSED, UNDERSTOOD } from './files-of-defaults.ts';
import {
  argumentsOf,
  crash,
  DIRS,
  installGaneti,
  restart,
  SERVICES,
  type Service,
  systemctl,
} from './host.ts';

const LUXID = 'ganeti-luxid';
const WCONFD = 'ganeti-wconfd';

/** The arguments of each daemon, as the kernel has them, with a bar between two. */
export type Arguments = Readonly<Record<Service, string>>;
export interface Asked {
  /** Text of a file that somebody else wrote. */
  readonly text: string;
  readonly before: string;
  readonly result: WriteResult;
  /** After a restart of luxid. */
  readonly after: string;
}
export interface Seen {
  readonly log: readonly string[];
  readonly started: DaemonResult;
  readonly arguments: Readonly<Record<string, Arguments>>;
  readonly stopped: DaemonResult;
  readonly statesAfterStop: readonly string[];
  readonly defaults: readonly Asked[];
  readonly edits: readonly Asked[];
}

const log: string[] = [];
const env = realEnv({}, (severity, text) => log.push(`${severity} ${text}`));

async function play(): Promise<Seen> {
  installGaneti();
  const seen: Record<string, Arguments> = {};
  const look = async (when: string): Promise<void> => {
    const [wconfd, luxid, rapi] = await Promise.all(SERVICES.map(argumentsOf));
    seen[when] = { [WCONFD]: wconfd ?? '', [LUXID]: luxid ?? '', 'ganeti-rapi': rapi ?? '' };
  };
  const started = await startMasterDaemons(env, DIRS, { noVoting: true, budgetMs: 20_000 });
  await look('started without a vote');
  restart(WCONFD, LUXID);
  await look('restarted');
  await override();
  restart(WCONFD, LUXID);
  await look('overridden, restarted');
  restart('ganeti-master.target');
  await look('overridden, all restarted');
  await crash(LUXID);
  await crash(WCONFD);
  await look('overridden, crashed');
  systemctl('daemon-reload');
  restart(WCONFD, LUXID);
  await look('overridden, reloaded by another');
  voteAgain(env);
  restart(WCONFD, LUXID);
  await look('withdrawn, restarted');
  await override();
  restart(WCONFD, LUXID);
  await look('overridden once more');

  // One is at its vote.
  restart(LUXID);
  const stopped = await stopStrayMasterDaemons(env, DIRS.runDir);
  await sleep(500);
  const statesAfterStop = SERVICES.map((name) =>
    systemctl('show', '--property=ActiveState', '--value', name),
  );
  return {
    log,
    started,
    arguments: seen,
    stopped,
    statesAfterStop,
    defaults: await defaults(),
    edits: await edits(),
  };
}

async function override(): Promise<void> {
  const result = await skipVote(env);
  if (result.kind === 'failed') throw new Error(result.message);
}

async function defaults(): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  for (const text of [...UNDERSTOOD, ...REFUSED])
    asked.push(await ask(text, () => writeFileSync(DEFAULTS, text)));
  writeFileSync(DEFAULTS, '');
  return asked;
}

/** `systemctl edit ganeti-luxid` */
async function edits(): Promise<readonly Asked[]> {
  const folder = `/etc/systemd/system/${LUXID}.service.d`;
  mkdirSync(folder);
  writeFileSync('/etc/default/another', 'LUXID_ARGS=-d\n');
  const own = '[Service]\nEnvironmentFile=\nEnvironmentFile=/etc/default/another\n';
  const without = `[Service]\nExecStart=\nExecStart=/usr/sbin/${LUXID} -f -d\n`;
  const asOneWord = `[Service]\nExecStart=\nExecStart=/usr/sbin/${LUXID} -f \${LUXID_ARGS}\n`;
  const asked: Asked[] = [];
  for (const text of [own, without, asOneWord]) {
    const edit = (): void => {
      writeFileSync(`${folder}/override.conf`, text);
      systemctl('daemon-reload');
    };
    asked.push(await ask(text, edit));
  }
  return asked;
}

async function ask(text: string, write: () => void): Promise<Asked> {
  voteAgain(env);
  write();
  restart(LUXID);
  const before = await argumentsOf(LUXID);
  const result = await skipVote(env);
  restart(LUXID);
  return { text, before, result, after: await argumentsOf(LUXID) };
}

console.log(JSON.stringify(await play()));
