import type { Env } from '../env/env.ts';
import { askConfigurations } from '../ganeti/confd.ts';
import { submitJob } from '../ganeti/jobs.ts';
import type { LuxiCall } from '../ganeti/luxi.ts';
import { redistributeConfig } from '../ganeti/opcodes.ts';
import { readOwnConfiguration } from '../ganeti/own-configuration.ts';
import type { Ssconf } from '../ganeti/ssconf.ts';
import { pendingJobs } from './jobs-pending.ts';
import type { Journal } from './journal.ts';
import type { JobSource } from './offline.ts';
import { unlessRefused } from './refused.ts';

/** Not more often than this is the configuration sent out again for the same trouble. */
const REPEAT_MS = 60_000;

export interface StaleNode {
  readonly node: string;
  readonly names: string;
  readonly serial: number;
}

/** The living candidates that name another master than this one. */
export interface OtherBeliefs {
  /** Those to be sent the configuration anew: they were away when the role moved. */
  readonly stale: readonly StaleNode[];
  /** Those whose configuration is newer than this master's: nothing may be submitted from here against them. */
  readonly newer: readonly StaleNode[];
  /** The one that is newer and names only itself while another confirms this master: no bold step may be taken. */
  readonly claimant: StaleNode | undefined;
  /** This master's own serial, where it had to be read. */
  readonly mySerial: number | undefined;
}

/**
 * Asks the living candidates. Ganeti sends a candidate that was away nothing until its configuration changes; with
 * upstream's agents such a returning old master took the whole cluster down. But a *newer* configuration that names
 * another master means that the role has moved and this node is the stale one: to send out its own would undo
 * changes everywhere. One that names only itself while another candidate confirms this node is either a successor
 * in the middle of its failover or an old master with writes that reached nobody: its configuration is not
 * overwritten from here, it stops nothing else, and that node itself says so.
 */
export async function askBeliefs(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  members: ReadonlySet<string>,
): Promise<OtherBeliefs> {
  const heard = await askCandidates(env, dataDir, ssconf, members);
  const others = heard.filter(({ names }) => names !== ssconf.masterNode);
  if (others.length === 0) return { stale: [], newer: [], claimant: undefined, mySerial: undefined };
  // All of config.data, which may be 10 MB: only where somebody contradicts.
  const own = readOwnConfiguration(env, dataDir);
  const mySerial = own.kind === 'known' ? own.serial : undefined;
  const newer = others.filter(({ serial }) => mySerial === undefined || serial > mySerial);
  const [only, ...more] = newer;
  const confirmed = heard.length > others.length;
  const lone = mySerial !== undefined && more.length === 0 && confirmed;
  const claimant = lone && only?.names === only?.node ? only : undefined;
  const stale = others.filter((other) => !newer.includes(other));
  return { stale, newer: claimant === undefined ? newer : [], claimant, mySerial };
}

async function askCandidates(
  env: Env,
  dataDir: string,
  ssconf: Ssconf,
  members: ReadonlySet<string>,
): Promise<readonly StaleNode[]> {
  const asked = ssconf.masterCandidates.flatMap((node) => {
    const address = ssconf.primaryIps.get(node);
    const worthIt =
      node !== ssconf.masterNode &&
      members.has(node) &&
      !ssconf.offlineNodes.includes(node) &&
      address !== undefined;
    return worthIt ? [{ node, address }] : [];
  });
  if (asked.length === 0) return [];
  const answers = await askConfigurations(
    env,
    dataDir,
    asked.map(({ address }) => address),
  );
  return asked.flatMap(({ node, address }) => {
    const says = answers.find((answer) => answer.address === address)?.says;
    return says?.kind === 'answered' ? [{ node, names: says.master, serial: says.serial }] : [];
  });
}

/** Has Ganeti send its configuration out again for these nodes, once and not at every sweep. Throws LuxiError. */
export async function refreshStale(
  call: LuxiCall,
  stale: readonly StaleNode[],
  from: JobSource,
  journal: Journal,
): Promise<void> {
  if (stale.length === 0) return;
  const text = stale.map(({ node, names }) => `${node} still names ${names} as master`).join(', ');
  journal.tell(
    'GNH314',
    `${text}; its configuration is being refreshed (redist-conf). Nothing to do unless this stays.`,
  );
  const pending = pendingJobs(journal.entries()).some(({ what }) => what === 'redist');
  const last = journal.entries().findLast(({ event }) => event === 'redist-submitted');
  if (pending || (last !== undefined && Math.abs(from.nowMs - last.at) < REPEAT_MS)) return;
  await unlessRefused('refresh of the configuration', journal, async () => {
    const why = { source: from.source, text, nowMs: from.nowMs };
    const job = await submitJob(call, [redistributeConfig(why)]);
    journal.note({ event: 'redist-submitted', nodes: stale.map(({ node }) => node), job, text });
  });
}
