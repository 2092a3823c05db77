import type { Env } from '../env/env.ts';
import { askLuxid, type LuxidAnswer } from '../ganeti/luxid.ts';
import type { ProbeResult } from '../ganeti/probe-result.ts';
import { probeWconfd } from '../ganeti/probes.ts';
import { readSsconf } from '../ganeti/ssconf.ts';
import { deadlineIn } from '../ocf/deadline.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, degraded, failure, SUCCESS } from '../ocf/result.ts';
import { type Lack, type LesserPart, lesserMissing } from './role-parts.ts';
import { lackedAtStart, markStarted } from './run-state.ts';

const PROBE_TIMEOUT_MS = 5_000;
/**
 * How long what is dead may be away before it counts: the init script, the watcher or a package upgrade brings luxid
 * back within about 4 s, and a restart of the resource in between would cost more than that. The hung have had their
 * time with the probe.
 */
const PATIENCE_MS = 6_000;
const POLL_MS = 500;
/** What the probes of the last round and our own end take. */
const MARGIN_MS = 8_000;
const CODE_OF = { rapi: 'GNH113', 'master-ip': 'GNH114' } as const satisfies Record<LesserPart, string>;

/**
 * Full mode on the master: luxid, wconfd, rapi and the master IP are essential, each asked in its own protocol and all
 * at once, and a restart of the resource brings back what is missing. What the start has already tried in vain, of
 * rapi and the address, is only shown, as is a drained queue, which is somebody's wish.
 */
export async function fullCheck({
  env,
  call,
  parameters,
  simulations,
}: ActionContext): Promise<ActionResult> {
  const down = simulations.active('master-daemon-down') ?? simulations.active('luxi-hangs');
  if (down !== undefined) return failure('GNH111', down);
  const noIp = simulations.active('master-ip-missing');
  if (noIp !== undefined) return failure('GNH114', noIp);
  const read = readSsconf(env.files, parameters.dataDir);
  const masterIp = read.kind === 'ok' ? read.ssconf.masterIp : '';
  const lacked = lackedAtStart(env);
  const deadline = deadlineIn(env.clock, call.timeoutMs, MARGIN_MS);
  const end = env.clock.monotonic() + deadline.cap(PATIENCE_MS);
  let parts = await askParts(env, parameters.runDir, masterIp);
  while (isBeingRestarted(parts, lacked) && env.clock.monotonic() < end) {
    await env.clock.sleep(POLL_MS);
    parts = await askParts(env, parameters.runDir, masterIp);
  }
  const { luxid, wconfd, lesser } = parts;
  if (luxid.kind === 'silent')
    return failure('GNH111', `luxid is ${luxid.how} (${luxid.message}); ${RECOVERY}`);
  if (wconfd.kind !== 'ok')
    return failure('GNH112', `wconfd is ${wconfd.kind} (${wconfd.message}); ${RECOVERY}`);
  const lost = lesser.find(({ part }) => !lacked.has(part));
  if (lost !== undefined) return failure(CODE_OF[lost.part], `${lost.text}; ${RECOVERY}`);
  // What works again is essential again.
  if (lesser.length < lacked.size)
    markStarted(
      env,
      lesser.map(({ part }) => part),
    );
  return softTroubles(luxid, read.kind === 'ok' ? read.ssconf.masterNode : luxid.masterNode, lesser);
}

interface Parts {
  readonly luxid: LuxidAnswer;
  readonly wconfd: ProbeResult;
  readonly lesser: readonly Lack[];
}

async function askParts(env: Env, runDir: string, masterIp: string): Promise<Parts> {
  const [luxid, wconfd, lesser] = await Promise.all([
    askLuxid(env, runDir, PROBE_TIMEOUT_MS),
    probeWconfd(env, runDir, PROBE_TIMEOUT_MS),
    lesserMissing(env, runDir, masterIp, PROBE_TIMEOUT_MS),
  ]);
  return { luxid, wconfd, lesser };
}

/** Something is dead, and nothing hangs or refuses: those do not mend themselves. */
function isBeingRestarted({ luxid, wconfd, lesser }: Parts, lacked: ReadonlySet<string>): boolean {
  const troubles = [
    ...(luxid.kind === 'silent' ? [luxid.how] : []),
    ...(wconfd.kind === 'ok' ? [] : [wconfd.kind]),
    ...lesser.filter(({ part }) => !lacked.has(part)).map(({ how }) => how),
  ];
  return troubles.length > 0 && troubles.every((how) => how === 'dead');
}

function softTroubles(
  luxid: Extract<LuxidAnswer, { kind: 'answers' }>,
  master: string,
  lesser: readonly Lack[],
): ActionResult {
  const [first] = lesser;
  if (first !== undefined) {
    return degraded({
      code: CODE_OF[first.part],
      text: `${first.text}; the start could not bring it up. See /var/log/ganeti`,
    });
  }
  // For a moment so in a failover by hand; an error here would have Pacemaker take the role back.
  if (luxid.masterNode !== master) {
    return degraded({
      code: 'GNH367',
      text: `luxid here is stale: it names ${luxid.masterNode} as master, ssconf ${master}; nothing was done. See: gnt-cluster getmaster (on each candidate)`,
    });
  }
  if (!luxid.queueDrained) return SUCCESS;
  return degraded({
    code: 'GNH115',
    text: 'The job queue is drained, so no job is accepted and no node can be marked offline. Run: gnt-cluster queue undrain',
  });
}

const RECOVERY = 'Pacemaker recovers it by restarting this resource. See /var/log/ganeti.';
