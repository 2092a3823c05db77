import type { Env } from '../env/env.ts';
import { readNodeList } from '../ganeti/node-list.ts';
import { ownPacemakerName } from '../pacemaker/rerun-monitor.ts';
import { ownName } from '../sweep/own-name.ts';
import { wakeSweep } from './wake.ts';

const NAME_TIMEOUT_MS = 3_000;

/** Wakes the sweep where this node is Ganeti's master by ssconf; elsewhere the alert waits in the spool. */
export async function wakeIfMaster(env: Env, file: string, dataDir: string, master: string): Promise<void> {
  const pacemakerName = await ownPacemakerName(env, NAME_TIMEOUT_MS);
  if (pacemakerName === undefined) {
    tellWaiting(env, 'crm_node did not tell the name of this node');
    return;
  }
  const me = await ownName(env, { onNode: pacemakerName }, readNodeList(env.files, dataDir));
  if (me.kind === 'unknown' || me.name !== master) return;
  const woken = await wakeSweep(env, file, pacemakerName);
  if (woken.kind === 'waiting') tellWaiting(env, woken.why);
}

function tellWaiting(env: Env, why: string): void {
  env.log(
    'warning',
    `GNH382 The sweep was not woken at once (${why}); the alert is recorded, and the next monitor reads it. Check that ganeti-node has a monitor here: crm_mon -1o`,
  );
}
