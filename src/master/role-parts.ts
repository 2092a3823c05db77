import type { Env } from '../env/env.ts';
import { askLuxid } from '../ganeti/luxid.ts';
import type { GanetiDirs } from '../ganeti/master-daemons.ts';
import type { Trouble } from '../ganeti/probe-result.ts';
import { probeMasterIp, probeWconfd } from '../ganeti/probes.ts';
import { probeRapi } from '../ganeti/rapi-probe.ts';

/** What the role can do without: Ganeti works, its remote API or its address does not. */
export type LesserPart = 'rapi' | 'master-ip';

export interface Lack {
  readonly part: LesserPart;
  readonly how: Trouble['kind'];
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
  const [luxid, wconfd, lesser] = await Promise.all([
    askLuxid(env, runDir, timeoutMs),
    probeWconfd(env, runDir, timeoutMs),
    lesserMissing(env, runDir, masterIp, timeoutMs),
  ]);
  return {
    vital: [
      ...(luxid.kind === 'silent' ? [`luxid is ${luxid.how} (${luxid.message})`] : []),
      ...(wconfd.kind === 'ok' ? [] : [`wconfd is ${wconfd.kind} (${wconfd.message})`]),
    ],
    lesser,
  };
}

/** Without a master IP in ssconf none is missing. */
export async function lesserMissing(
  env: Env,
  runDir: string,
  masterIp: string,
  timeoutMs: number,
): Promise<readonly Lack[]> {
  const rapi = await probeRapi(env, runDir, timeoutMs);
  const ip = masterIp === '' ? { kind: 'ok' as const } : probeMasterIp(env, masterIp);
  return [
    ...(rapi.kind === 'ok'
      ? []
      : [{ part: 'rapi' as const, how: rapi.kind, text: `rapi is ${rapi.kind} (${rapi.message})` }]),
    ...(ip.kind === 'ok'
      ? []
      : [{ part: 'master-ip' as const, how: ip.kind, text: `The master IP is missing (${ip.message})` }]),
  ];
}
