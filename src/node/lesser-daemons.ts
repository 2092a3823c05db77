import type { Env } from '../env/env.ts';
import { probeConfdFreshness } from '../ganeti/confd-freshness.ts';
import type { ProbeResult } from '../ganeti/probe-result.ts';
import { mondEnabled, probeKvmd, probeMetad, probeMond } from '../ganeti/probes.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import type { Parameters } from '../ocf/parameters.ts';
import type { Reason } from '../ocf/result.ts';
import { stateDiskTrouble } from './state-disk.ts';

/** Longer than for what is essential, which is asked again: a busy machine must not look sick. */
const PATIENCE_MS = 5_000;
const UTIL = '/usr/lib/ganeti/daemon-util';

/** Full mode: what a node should have and can do without for a while. Shown, never acted on. */
export async function lesserTroubles(
  env: Env,
  { dataDir, runDir }: Parameters,
  ssconf: Ssconf,
  me: string,
  address: string,
): Promise<readonly Reason[]> {
  const { masterNode: master, primaryIps } = ssconf;
  const masterAddress = master === me ? undefined : primaryIps.get(master);
  const candidate = env.files.stat(`${dataDir}/config.data`).kind !== 'missing';
  const fine: ProbeResult = { kind: 'ok' };
  const [mond, confd, metad] = await Promise.all([
    mondEnabled(env) ? probeMond(env, address, PATIENCE_MS) : fine,
    candidate ? probeConfdFreshness(env, { dataDir, master, ownAddress: address, masterAddress }) : fine,
    probeMetad(env, runDir, PATIENCE_MS),
  ]);
  const kvmd = probeKvmd(env, dataDir, runDir, me);
  const reasons: Reason[] = [];
  if (mond.kind !== 'ok') {
    const text = `ganeti-mond is ${mond.kind} (${mond.message}); nothing was done, it is not essential. ${anew('ganeti-mond', mond)}`;
    reasons.push({ code: 'GNH203', text });
  }
  if (confd.kind !== 'ok') {
    const text = `ganeti-confd here is ${confd.kind} (${confd.message}); this node cannot become master so. Run on the master: gnt-cluster redist-conf`;
    reasons.push({ code: 'GNH366', text });
  }
  if (kvmd.kind !== 'ok') {
    const text = `ganeti-kvmd is ${kvmd.kind} (${kvmd.message}); an instance that its user shuts down is taken for crashed. ${anew('ganeti-kvmd', kvmd)}`;
    reasons.push({ code: 'GNH368', text });
  }
  if (metad.kind !== 'ok') {
    const text = `ganeti-metad is ${metad.kind} (${metad.message}); instances get no metadata. Run: ${UTIL} stop ganeti-metad`;
    reasons.push({ code: 'GNH369', text });
  }
  const disk = stateDiskTrouble(env);
  return disk === undefined ? reasons : [disk, ...reasons];
}

/** A start does nothing where the process is there, whatever it does. */
function anew(daemon: string, { kind }: ProbeResult): string {
  return kind === 'dead'
    ? `Run: ${UTIL} start ${daemon}`
    : `Run: ${UTIL} stop ${daemon}, then the same with start`;
}
