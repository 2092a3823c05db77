import type { Env } from '../env/env.ts';
import { restartDaemon } from '../ganeti/daemons.ts';
import type { ProbeResult } from '../ganeti/probe-result.ts';
import { probeConfd, probeNoded } from '../ganeti/probes.ts';
import type { Deadline } from '../ocf/deadline.ts';
import type { Parameters } from '../ocf/parameters.ts';
import type { ReasonCode } from '../ocf/reasons.ts';
import { type ActionResult, failure } from '../ocf/result.ts';

interface DaemonCheck {
  readonly daemon: 'ganeti-noded' | 'ganeti-confd';
  readonly code: ReasonCode;
  probe(): Promise<ProbeResult>;
}

/**
 * How long an essential daemon may be silent before it counts: a lost datagram, a configuration that is read anew,
 * or a restart by a package upgrade strikes many nodes at once, and with `on-fail=fence` each would be fenced.
 */
const PATIENCE_MS = 10_000;

/** Full mode: the daemons a Ganeti node cannot do without, each spoken to in its own protocol, all at once. */
export async function checkDaemons(
  env: Env,
  parameters: Parameters,
  address: string,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  const essential = essentials(env, parameters, address);
  const results = await Promise.all(essential.map(({ probe }) => untilAnswering(env, probe, deadline)));
  for (const [index, { daemon, code }] of essential.entries()) {
    const result = results[index];
    if (result === undefined || result.kind === 'ok') continue;
    return failure(
      code,
      `${daemon} is ${result.kind} (${result.message}); Pacemaker recovers it by restarting this resource. See /var/log/ganeti.`,
    );
  }
  return undefined;
}

/** Restarts what is dead or hung; undefined where all essential daemons answer afterwards. */
export async function repairDaemons(
  env: Env,
  parameters: Parameters,
  address: string | undefined,
  deadline: Deadline,
): Promise<ActionResult | undefined> {
  if (address === undefined) return undefined;
  for (const { daemon, code, probe } of essentials(env, parameters, address)) {
    const before = await probe();
    if (before.kind === 'ok') continue;
    env.log('warning', `${code} ${daemon} is ${before.kind} (${before.message}); restarting it`);
    const restarted = await restartDaemon(env, parameters.runDir, daemon, deadline.cap(20_000));
    const after = await untilAnswering(env, probe, deadline);
    if (after.kind === 'ok') continue;
    const how = restarted.kind === 'failed' ? restarted.message : after.message;
    return failure(
      code,
      `${daemon} was ${before.kind} and did not come back (${how}); the role was not started. See /var/log/ganeti.`,
    );
  }
  return undefined;
}

async function untilAnswering(
  env: Env,
  probe: () => Promise<ProbeResult>,
  deadline: Deadline,
): Promise<ProbeResult> {
  const end = env.clock.monotonic() + deadline.cap(PATIENCE_MS);
  for (;;) {
    const result = await probe();
    if (result.kind === 'ok' || env.clock.monotonic() >= end) return result;
    await env.clock.sleep(200);
  }
}

/** ConfD is needed where the configuration is, on candidates; upstream's systemd unit starts it nowhere else. */
function essentials(env: Env, parameters: Parameters, address: string): readonly DaemonCheck[] {
  const noded: DaemonCheck = {
    daemon: 'ganeti-noded',
    code: 'GNH201',
    probe: () => probeNoded(env, address),
  };
  const confd: DaemonCheck = {
    daemon: 'ganeti-confd',
    code: 'GNH202',
    probe: () => probeConfd(env, parameters.dataDir, address),
  };
  const hasConfiguration = env.files.stat(`${parameters.dataDir}/config.data`).kind !== 'missing';
  return hasConfiguration ? [noded, confd] : [noded];
}
