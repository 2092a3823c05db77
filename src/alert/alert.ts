import type { Env } from '../env/env.ts';
import { SPOOL_DIR } from '../env/paths.ts';
import { readMasterNode } from '../ganeti/ssconf.ts';
import {
  formatRecord,
  isRecordName,
  MOST_RECORDS,
  recordName,
  type SpoolRecord,
} from '../sweep/spool-record.ts';
import { readAlert } from './event.ts';

/** Exit codes of the alert agent; Pacemaker writes one other than 0 into its log, and does nothing else. */
export const AlertExit = { done: 0, notRecorded: 1, usage: 64 } as const;

const DATA_DIR = '/var/lib/ganeti';

/**
 * One alert of Pacemaker: what tells of a node's life goes into the spool, and on Ganeti's master a fencing wakes the
 * sweep. Runs as hacluster, decides nothing, and looks at nothing but the alert.
 */
export async function takeAlert(env: Env): Promise<number> {
  const event = readAlert(env.vars, env.clock.now());
  if (event.kind === 'ignored') return AlertExit.done;
  if (event.kind === 'unusable') {
    env.log('error', `${event.why}; nothing was recorded. See: alert_ganeti --help`);
    return AlertExit.usage;
  }
  makeRoom(env);
  const file = recordName(env.clock.now(), env.host.pid);
  const written = env.files.write(`${SPOOL_DIR}/${file}`, formatRecord(event.record));
  if (written.kind === 'failed') {
    env.log(
      'error',
      `GNH380 The alert about ${event.record.node} was not recorded (${written.message}); the next monitor looks without it. Run as root: systemd-tmpfiles --create ganeti-ha.conf`,
    );
    return AlertExit.notRecorded;
  }
  const dataDir = dataDirOf(env);
  // Read first: on most nodes, and for most alerts, that is all.
  const master = readMasterNode(env.files, dataDir);
  if (master.kind === 'ok' && (await isUrgent(env, event.record, dataDir))) {
    const { wakeIfMaster } = await import('./wake-if-master.ts');
    await wakeIfMaster(env, file, dataDir, master.name);
  }
  return AlertExit.done;
}

/** The oldest go: what they tell of has been in the cluster's state for longest. */
function makeRoom(env: Env): void {
  const records = env.files.list(SPOOL_DIR).filter(isRecordName);
  const surplus = records.slice(0, Math.max(0, records.length - MOST_RECORDS + 1));
  if (surplus.length === 0) return;
  for (const name of surplus) env.files.remove(`${SPOOL_DIR}/${name}`);
  env.log(
    'warning',
    `GNH383 The spool of alerts was full; ${surplus.length} of the oldest were dropped, the sweep looks at all nodes anyway. Check that the agents run: crm_mon -1`,
  );
}

/**
 * A death that is proven, or one that counts as such by the administrator's tag. Before the fencing of a lost node
 * there is nothing to do, and the transition that fences it must not be disturbed.
 */
async function isUrgent(env: Env, { said }: SpoolRecord, dataDir: string): Promise<boolean> {
  if (said === 'fenced') return true;
  if (said !== 'lost') return false;
  const { readClusterTags } = await import('../ganeti/cluster-tags.ts');
  const { settingsFromTags } = await import('../ganeti/tags.ts');
  return settingsFromTags(readClusterTags(env.files, dataDir), 1).evidence === 'lost';
}

/** The agents' parameter, here as an option of the alert; Pacemaker hands options over as variables. */
function dataDirOf({ vars }: Env): string {
  const given = vars.data_dir ?? '';
  return /^\/[^\0\n]*$/.test(given) && !given.split('/').includes('..') ? given : DATA_DIR;
}
