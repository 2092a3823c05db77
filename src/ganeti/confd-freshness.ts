import type { Env } from '../env/env.ts';
import { CONFD_BEHIND } from '../env/paths.ts';
import { askConfigurations, type CandidateSays } from './confd.ts';
import { OK, type ProbeResult } from './probe-result.ts';

/** ConfD reads a changed configuration at once, or by its poll every 17 s (Confd/Server.hs); pushes take seconds. */
const LAG_MS = 45_000;

export interface ConfdPeers {
  readonly dataDir: string;
  readonly master: string;
  readonly ownAddress: string;
  /** Undefined on the master itself, or where it is not known. */
  readonly masterAddress: string | undefined;
}

/**
 * Whether this candidate's ConfD serves the configuration of today. It is compared with the master's ConfD; the first
 * sight of an older one is only written down, since every change is on its way for a moment. A master that keeps
 * silent says nothing against the ConfD here.
 */
export async function probeConfdFreshness(
  env: Env,
  peers: ConfdPeers,
  timeoutMs = 1000,
): Promise<ProbeResult> {
  const { dataDir, ownAddress, masterAddress } = peers;
  const addresses = [ownAddress, ...(masterAddress === undefined ? [] : [masterAddress])];
  const [own, master] = await askConfigurations(env, dataDir, addresses, timeoutMs);
  if (own?.says.kind === 'no-config') {
    return { kind: 'stale', message: 'it serves no configuration, although this node has one' };
  }
  if (own?.says.kind !== 'answered') return OK;
  const newest = newestOf(own.says, master?.says, peers.master);
  if (newest === undefined) {
    if (env.files.stat(CONFD_BEHIND).kind !== 'missing') env.files.remove(CONFD_BEHIND);
    return OK;
  }
  const since = behindSince(env, own.says.serial);
  if (env.clock.now() - since < LAG_MS) return OK;
  const { serial, master: named } = own.says;
  return { kind: 'stale', message: `serial ${serial}, master ${named}; ${newest}` };
}

/** What the newest configuration says, where it is not this one. */
function newestOf(
  own: Extract<CandidateSays, { kind: 'answered' }>,
  master: CandidateSays | undefined,
  masterNode: string,
): string | undefined {
  if (master?.kind === 'answered') {
    const same = own.serial >= master.serial;
    return same ? undefined : `the master has serial ${master.serial}, master ${master.master}`;
  }
  // On the master itself, or where the master's ConfD is silent: this node's ssconf is newer by a push at most.
  return own.master === masterNode ? undefined : `ssconf names ${masterNode}`;
}

/** Since when its serial has been no other, by the wall clock: it goes on over monitors, each a process of its own. */
function behindSince(env: Env, serial: number): number {
  const now = env.clock.now();
  const read = env.files.read(CONFD_BEHIND);
  const [seen, since] = read.kind === 'text' ? read.text.trim().split(' ').map(Number) : [];
  if (seen === serial && since !== undefined && since <= now) return since;
  env.files.write(CONFD_BEHIND, `${serial} ${now}\n`);
  return now;
}
