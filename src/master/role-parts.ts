import type { Env } from '../env/env.ts';
import { isSuspended, runningDaemon } from '../ganeti/daemon-process.ts';
import { askLuxid } from '../ganeti/luxid.ts';
import type { GanetiDirs } from '../ganeti/master-daemons.ts';
import { probeMasterIp, probeRapi, probeWconfd } from '../ganeti/probes.ts';

/** What the role can do without: Ganeti works, its remote API or its address does not. */
export type LesserPart = 'rapi' | 'master-ip';

export interface Lack {
  readonly part: LesserPart;
  readonly text: string;
}

/** What is missing of the role, each in one phrase. Without a vital part this node is no master. */
export interface Missing {
  readonly vital: readonly string[];
  readonly lesser: readonly Lack[];
}

export async function missingParts(
  env: Env,
  { runDir }: Pick<GanetiDirs, 'runDir'>,
  masterIp: string,
  timeoutMs: number,
): Promise<Missing> {
  const [luxid, wconfd] = await Promise.all([
    askLuxid(env, runDir, timeoutMs),
    probeWconfd(env, runDir, timeoutMs),
  ]);
  return {
    vital: [
      ...(luxid.kind === 'silent' ? [`luxid does not answer (${luxid.message})`] : []),
      ...(wconfd.kind === 'ok' ? [] : [`wconfd is ${wconfd.kind} (${wconfd.message})`]),
    ],
    lesser: lesserMissing(env, runDir, masterIp),
  };
}

/** Without a master IP in ssconf none is missing. */
export function lesserMissing(env: Env, runDir: string, masterIp: string): readonly Lack[] {
  const rapi = probeRapi(env);
  const ip = masterIp === '' ? { kind: 'ok' as const } : probeMasterIp(env, masterIp);
  return [
    ...(rapi.kind === 'ok' || rapiRunsElsewhere(env, runDir)
      ? []
      : [{ part: 'rapi' as const, text: `rapi is ${rapi.kind} (${rapi.message})` }]),
    ...(ip.kind === 'ok'
      ? []
      : [{ part: 'master-ip' as const, text: `The master IP is missing (${ip.message})` }]),
  ];
}

/** With `-p` among RAPI_ARGS it listens on another port; its process is what can be seen of it then. */
function rapiRunsElsewhere(env: Env, runDir: string): boolean {
  const found = runningDaemon(env, runDir, 'ganeti-rapi');
  return found.kind === 'running' && !isSuspended(env, found.pid);
}
