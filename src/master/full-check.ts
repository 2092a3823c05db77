import { askLuxid } from '../ganeti/luxid.ts';
import { probeWconfd } from '../ganeti/probes.ts';
import { readSsconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { type ActionResult, degraded, failure, SUCCESS } from '../ocf/result.ts';
import { type LesserPart, lesserMissing } from './role-parts.ts';
import { lackedAtStart, markStarted } from './run-state.ts';

const PROBE_TIMEOUT_MS = 5_000;
const CODE_OF = { rapi: 'GNH113', 'master-ip': 'GNH114' } as const satisfies Record<LesserPart, string>;

/**
 * Full mode on the master: luxid, wconfd, rapi and the master IP are essential, and a restart of the resource
 * brings back what is missing. What the start has already tried in vain, of rapi and the address, is only shown, as
 * is a drained queue, which is somebody's wish.
 */
export async function fullCheck({ env, parameters, simulations }: ActionContext): Promise<ActionResult> {
  const down = simulations.active('master-daemon-down') ?? simulations.active('luxi-hangs');
  if (down !== undefined) return failure('GNH111', down);
  const noIp = simulations.active('master-ip-missing');
  if (noIp !== undefined) return failure('GNH114', noIp);
  const [luxid, wconfd] = await Promise.all([
    askLuxid(env, parameters.runDir, PROBE_TIMEOUT_MS),
    probeWconfd(env, parameters.runDir, PROBE_TIMEOUT_MS),
  ]);
  if (luxid.kind === 'silent')
    return failure('GNH111', `luxid does not answer (${luxid.message}); ${RECOVERY}`);
  if (wconfd.kind !== 'ok')
    return failure('GNH112', `wconfd is ${wconfd.kind} (${wconfd.message}); ${RECOVERY}`);
  const read = readSsconf(env.files, parameters.dataDir);
  const missing = lesserMissing(env, parameters.runDir, read.kind === 'ok' ? read.ssconf.masterIp : '');
  const lacked = lackedAtStart(env);
  const lost = missing.find(({ part }) => !lacked.has(part));
  if (lost !== undefined) return failure(CODE_OF[lost.part], `${lost.text}; ${RECOVERY}`);
  // What works again is essential again.
  if (missing.length < lacked.size)
    markStarted(
      env,
      missing.map(({ part }) => part),
    );
  const [first] = missing;
  if (first !== undefined) {
    return degraded({
      code: CODE_OF[first.part],
      text: `${first.text}; the start could not bring it up. See /var/log/ganeti`,
    });
  }
  if (!luxid.queueDrained) return SUCCESS;
  return degraded({
    code: 'GNH115',
    text: 'The job queue is drained, so no job is accepted and no node can be marked offline. Run: gnt-cluster queue undrain',
  });
}

const RECOVERY = 'Pacemaker recovers it by restarting this resource. See /var/log/ganeti.';
