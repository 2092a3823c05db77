import { askConfigurations, askNodeRole } from '../ganeti/confd.ts';
import { probeNoded } from '../ganeti/probes.ts';
import { readSsconf, type Ssconf } from '../ganeti/ssconf.ts';
import type { ActionContext } from '../ocf/dispatch.ts';
import { ownName } from '../sweep/own-name.ts';
import type { Candidacy } from './score.ts';

const NOBODY: Candidacy = {
  candidate: false,
  lastHolder: false,
  mySerial: undefined,
  newestOther: undefined,
  healthy: false,
};

/**
 * What this node is worth as the next master. All serials come over ConfD, the own one too: that is one exchange of
 * datagrams instead of a configuration file of megabytes, and shows that ConfD works here. Who cannot tell its own
 * name or has no readable ssconf could not take the role, so it is no candidate.
 */
export async function candidacyOf(context: ActionContext): Promise<Candidacy> {
  const { env, call, parameters, simulations } = context;
  if (simulations.active('not-candidate') !== undefined) return NOBODY;
  const read = readSsconf(env.files, parameters.dataDir);
  if (read.kind !== 'ok') return NOBODY;
  const { ssconf } = read;
  const own = await ownName(env, call, ssconf.nodeList);
  if (own.kind === 'unknown') return NOBODY;
  const me = own.name;
  const address = ssconf.primaryIps.get(me);
  const others = addressesOf(ssconf, me);
  const [role, mine, theirs, noded] = await Promise.all([
    // An offline node gets no ssconf any more, so its own copy cannot tell.
    askNodeRole(env, parameters.dataDir, others, me),
    address === undefined ? [] : askConfigurations(env, parameters.dataDir, [address]),
    askConfigurations(env, parameters.dataDir, others),
    address === undefined ? { kind: 'ok' as const } : probeNoded(env, address),
  ]);
  const candidate =
    role.kind === 'known'
      ? role.role === 'master' || role.role === 'candidate'
      : ssconf.masterCandidates.includes(me) && !ssconf.offlineNodes.includes(me);
  const serials = theirs.flatMap(({ says }) => (says.kind === 'answered' ? [says.serial] : []));
  const says = mine[0]?.says;
  return {
    candidate,
    lastHolder: ssconf.masterNode === me,
    mySerial: says?.kind === 'answered' ? says.serial : undefined,
    newestOther: serials.length === 0 ? undefined : Math.max(...serials),
    healthy: noded.kind === 'ok',
  };
}

function addressesOf(ssconf: Ssconf, me: string): readonly string[] {
  return ssconf.masterCandidates.flatMap((node) => (node === me ? [] : (ssconf.primaryIps.get(node) ?? [])));
}
