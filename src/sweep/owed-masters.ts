import { MASTER_RELEASED } from '../env/paths.ts';
import { askConfigurations, type CandidateSays } from '../ganeti/confd.ts';
import type { MasterNetwork } from '../ganeti/luxi-master-network.ts';
import { masterByNoded, masterOfMost } from '../ganeti/node-votes.ts';
import { dropMasterIpOn, masterForNoded, stopMasterOn } from '../ganeti/noded-rpc.ts';
import { readOwnConfiguration } from '../ganeti/own-configuration.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import type { Journal } from './journal.ts';
import type { Worker } from './luxi-work.ts';

/** Most of them are switched off. */
const NODED_TIMEOUT_MS = 1_000;

/**
 * The candidates that no round has reached, old-masters.ts: an old master that was cut off while the role was taken from
 * it works on alone, address and all, and where it left Pacemaker or is in standby no agent stops it. Who answers now is
 * told to stop, if it names this master, or another by a configuration that is surely older than the one here. Where
 * its ConfD is silent only the one from which our own failover took the role is told, unless most nodes name whom it
 * names: that failover could not tell it, and asked its administrator to do it by hand. The one from which the
 * role was taken is told of where its noded alone is silent. Returns those that still have to be told.
 */
export async function tellWhoIsBack(
  worker: Worker,
  owed: readonly string[],
  takenFrom: string | undefined,
  masterNetwork: () => Promise<MasterNetwork | undefined>,
  journal: Journal,
): Promise<readonly string[]> {
  const { env, ssconf, parameters } = worker;
  const { dataDir } = parameters;
  const still = await Promise.all(
    owed.map(async (node) => {
      const address = ssconf.primaryIps.get(node);
      if (address === undefined) return [];
      const [named, says] = await Promise.all([
        masterForNoded(env, dataDir, address, NODED_TIMEOUT_MS),
        configurationOf(worker, address),
      ]);
      if (named === undefined) {
        const suspect = says.kind !== 'silent' && (takenFrom === undefined || takenFrom === node);
        if (suspect && (await isHeardHere(worker))) tellDeaf(node, journal);
        return [node];
      }
      if (named !== ssconf.masterNode && !(await isOlder(worker, says, node === takenFrom, named))) {
        journal.tell(
          'GNH109',
          `${node} names ${named} as master, and its configuration may be newer than the one here; it was not told to stop. See: gnt-cluster getmaster (on each candidate)`,
        );
        return [node];
      }
      const network = await masterNetwork();
      // The role may be on its way to that very node by now.
      if (!isStillMaster(worker)) return [node];
      const failed =
        network === undefined
          ? 'luxid here does not tell the network of the master IP'
          : ((await stopMasterOn(env, dataDir, address)) ??
            (await dropMasterIpOn(env, dataDir, address, ssconf.masterIp, network)));
      if (failed === undefined) env.log('info', `${node} is back, and told to give up the master role`);
      else env.log('warning', `${node} is back, and could not be told to give up the master role: ${failed}`);
      return failed === undefined ? [] : [node];
    }),
  );
  return still.flat();
}

function isStillMaster({ env, ssconf, parameters }: Worker): boolean {
  if (env.files.stat(MASTER_RELEASED).kind !== 'missing') return false;
  const master = readMasterNode(env.files, parameters.dataDir);
  return master.kind === 'ok' && master.name === ssconf.masterNode;
}

/** Where it has left Pacemaker nothing else stops it, whomever its configuration names by now. */
function tellDeaf(node: string, journal: Journal): void {
  journal.tell(
    'GNH109',
    `${node} is up, and its noded does not answer; it could not be told to stop what it may still have of the master role. Run on ${node}: /usr/lib/ganeti/daemon-util start ganeti-noded`,
  );
}

/** Where the noded of this host does not answer either the trouble is here: a certificate, or no time left. */
async function isHeardHere({ env, ssconf, parameters: { dataDir } }: Worker): Promise<boolean> {
  const named = await masterByNoded(env, dataDir, ssconf, ssconf.masterNode, NODED_TIMEOUT_MS);
  return named !== undefined;
}

async function configurationOf(
  { env, parameters: { dataDir } }: Worker,
  address: string,
): Promise<CandidateSays> {
  const [answer] = await askConfigurations(env, dataDir, [address]);
  return answer?.says ?? { kind: 'silent', reason: 'not asked' };
}

async function isOlder(
  { env, ssconf, parameters: { dataDir } }: Worker,
  says: CandidateSays,
  wasMaster: boolean,
  named: string,
): Promise<boolean> {
  if (says.kind !== 'answered')
    return wasMaster && (await masterOfMost(env, dataDir, ssconf, ssconf.masterNode)) !== named;
  const own = readOwnConfiguration(env, dataDir);
  return own.kind === 'known' && says.serial < own.serial;
}
